"""A step of CycleGAN in plain PyTorch, as one would write it."""

import itertools

import torch
from torch import nn

from handwritten.pool import swapped


def make(size, filters, blocks=6):
    """A function of two batches of uint8 images, channels last, that trains on them."""
    g, f = generator(filters, blocks), generator(filters, blocks)
    d_a, d_b = discriminator(filters), discriminator(filters)
    both = itertools.chain(g.parameters(), f.parameters())
    g_adam = torch.optim.Adam(both, 2e-4, (0.5, 0.999), fused=True)
    both = itertools.chain(d_a.parameters(), d_b.parameters())
    d_adam = torch.optim.Adam(both, 2e-4, (0.5, 0.999), fused=True)
    pools = {"a": [], "b": []}

    def step(a, b):
        a, b = prepared(a), prepared(b)
        for parameter in itertools.chain(d_a.parameters(), d_b.parameters()):
            parameter.requires_grad_(False)
        fake_a, fake_b = f(b), g(a)
        adversarial = square(d_a(fake_a), 1.0) + square(d_b(fake_b), 1.0)
        cycle = l1(f(fake_b), a) + l1(g(fake_a), b)
        identity = l1(g(b), b) + l1(f(a), a)
        loss = adversarial + 10.0 * cycle + 5.0 * identity
        g_adam.zero_grad()
        loss.backward()
        g_adam.step()
        for parameter in itertools.chain(d_a.parameters(), d_b.parameters()):
            parameter.requires_grad_(True)
        d_loss = 0.0
        for d, real, fake, pool in (
            (d_a, a, fake_a, pools["a"]),
            (d_b, b, fake_b, pools["b"]),
        ):
            old = torch.stack(swapped(fake.detach(), pool))
            d_loss = d_loss + (square(d(real), 1.0) + square(d(old), 0.0)) / 2
        d_adam.zero_grad()
        d_loss.backward()
        d_adam.step()
        return loss.item(), d_loss.item()

    return step


def wait(result):
    """Nothing is left to wait for: `item` has waited."""


def prepared(images):
    return torch.from_numpy(images).permute(0, 3, 1, 2).float() / 127.5 - 1.0


def square(logits, target):
    return torch.mean((logits - target) ** 2)


def l1(x, y):
    return torch.mean(torch.abs(x - y))


class Residual(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.inside = nn.Sequential(
            nn.ReflectionPad2d(1),
            nn.Conv2d(width, width, 3, bias=False),
            nn.InstanceNorm2d(width),
            nn.ReLU(True),
            nn.ReflectionPad2d(1),
            nn.Conv2d(width, width, 3, bias=False),
            nn.InstanceNorm2d(width),
        )

    def forward(self, x):
        return x + self.inside(x)


def generator(filters, blocks):
    layers = [nn.ReflectionPad2d(3), nn.Conv2d(3, filters, 7, bias=False)]
    layers += [nn.InstanceNorm2d(filters), nn.ReLU(True)]
    for width in (filters, 2 * filters):
        layers += [nn.Conv2d(width, 2 * width, 3, 2, 1, bias=False)]
        layers += [nn.InstanceNorm2d(2 * width), nn.ReLU(True)]
    layers += [Residual(4 * filters) for _ in range(blocks)]
    for width in (2 * filters, filters):
        layers += [nn.ConvTranspose2d(2 * width, width, 3, 2, 1, 1, bias=False)]
        layers += [nn.InstanceNorm2d(width), nn.ReLU(True)]
    layers += [nn.ReflectionPad2d(3), nn.Conv2d(filters, 3, 7), nn.Tanh()]
    return nn.Sequential(*layers)


def discriminator(filters):
    layers = [nn.Conv2d(3, filters, 4, 2, 1), nn.LeakyReLU(0.2, True)]
    for width, stride in ((filters, 2), (2 * filters, 2), (4 * filters, 1)):
        layers += [nn.Conv2d(width, 2 * width, 4, stride, 1, bias=False)]
        layers += [nn.InstanceNorm2d(2 * width), nn.LeakyReLU(0.2, True)]
    layers += [nn.Conv2d(8 * filters, 1, 4, 1, 1)]
    return nn.Sequential(*layers)
