"""Eager PyTorch at its best: channels-last memory, fused batch norm, fused Adam."""

import torch
from torch import nn
from torch.nn import functional as F


def make(image_size, filters, latent_dim):
    device = "cuda" if torch.cuda.is_available() else "cpu"
    generator = Generator(image_size, filters, latent_dim).to(device)
    discriminator = discriminator_network(image_size, filters).to(device)
    for network in (generator, discriminator):
        network.to(memory_format=torch.channels_last)
        for layer in network.modules():
            if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
                nn.init.normal_(layer.weight, 0.0, 0.02)
    optimizers = [
        torch.optim.Adam(n.parameters(), 2e-4, (0.5, 0.999), fused=True)
        for n in (discriminator, generator)
    ]

    def latents(n):
        return torch.rand(n, latent_dim, device=device) * 2.0 - 1.0

    def step(images):
        real = torch.from_numpy(images).to(device).permute(0, 3, 1, 2)
        real = real.float() / 127.5 - 1.0
        with torch.no_grad():
            fake = generator(latents(len(real)))
        d_loss = (
            F.softplus(-discriminator(real)) + F.softplus(discriminator(fake))
        ).mean()
        optimizers[0].zero_grad()
        d_loss.backward()
        optimizers[0].step()
        for parameter in discriminator.parameters():
            parameter.requires_grad_(False)
        g_loss = F.softplus(-discriminator(generator(latents(len(real))))).mean()
        optimizers[1].zero_grad()
        g_loss.backward()
        optimizers[1].step()
        for parameter in discriminator.parameters():
            parameter.requires_grad_(True)
        return d_loss.detach(), g_loss.detach()

    return step


def wait(result):
    return [float(x) for x in result]


class Generator(nn.Module):
    def __init__(self, image_size, filters, latent_dim):
        super().__init__()
        widths = [filters * 2**i for i in range((image_size // 4).bit_length() - 1)]
        self.dense = nn.Linear(latent_dim, 16 * widths[-1], bias=False)
        layers = [nn.BatchNorm2d(widths[-1]), nn.ReLU(inplace=True)]
        for wide, narrow in zip(
            reversed(widths), [*reversed(widths[:-1])], strict=False
        ):
            layers += [
                nn.ConvTranspose2d(wide, narrow, 4, 2, 1, bias=False),
                nn.BatchNorm2d(narrow),
                nn.ReLU(inplace=True),
            ]
        layers += [nn.ConvTranspose2d(widths[0], 3, 4, 2, 1), nn.Tanh()]
        self.body = nn.Sequential(*layers)

    def forward(self, z):
        x = self.dense(z).view(len(z), -1, 4, 4)
        return self.body(x.contiguous(memory_format=torch.channels_last))


def discriminator_network(image_size, filters):
    widths = [filters * 2**i for i in range((image_size // 4).bit_length() - 1)]
    layers = [nn.Conv2d(3, filters, 4, 2, 1), nn.LeakyReLU(0.2, inplace=True)]
    for narrow, wide in zip(widths, widths[1:], strict=False):
        layers += [
            nn.Conv2d(narrow, wide, 4, 2, 1, bias=False),
            nn.BatchNorm2d(wide),
            nn.LeakyReLU(0.2, inplace=True),
        ]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(16 * widths[-1], 1))
