"""WGAN-GP: the generator of `dcgan_torch`, a critic without norm, `create_graph`."""

import torch
from torch import nn

from handwritten.dcgan_torch import Generator, wait

__all__ = ["make", "wait"]


def make(image_size, filters, latent_dim, critic_steps):
    device = "cuda" if torch.cuda.is_available() else "cpu"
    generator = Generator(image_size, filters, latent_dim).to(device)
    critic = critic_network(image_size, filters).to(device)
    for network in (generator, critic):
        network.to(memory_format=torch.channels_last)
        for layer in network.modules():
            if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
                nn.init.normal_(layer.weight, 0.0, 0.02)
    optimizers = [
        torch.optim.Adam(n.parameters(), 1e-4, (0.0, 0.9), fused=True)
        for n in (critic, generator)
    ]

    def critic_step(real):
        with torch.no_grad():
            fake = generator(torch.randn(len(real), latent_dim, device=device))
        mix = torch.rand(len(real), 1, 1, 1, device=device)
        mixed = (fake + mix * (real - fake)).requires_grad_()
        (slope,) = torch.autograd.grad(critic(mixed).sum(), mixed, create_graph=True)
        norm = (slope.square().sum((1, 2, 3)) + 1e-12).sqrt()
        loss = critic(fake).mean() - critic(real).mean()
        loss = loss + 10.0 * (norm - 1.0).square().mean()
        optimizers[0].zero_grad()
        loss.backward()
        optimizers[0].step()
        return loss.detach()

    def step(images):
        images = torch.from_numpy(images).to(device).permute(0, 3, 1, 2)
        images = images.float() / 127.5 - 1.0
        for real in images.chunk(critic_steps):
            critic_loss = critic_step(real)
        critic.requires_grad_(False)
        loss = -critic(generator(torch.randn(len(real), latent_dim, device=device)))
        optimizers[1].zero_grad()
        loss.mean().backward()
        optimizers[1].step()
        critic.requires_grad_(True)
        return critic_loss, loss.detach().mean()

    return step


def critic_network(image_size, filters):
    widths = [filters * 2**i for i in range((image_size // 4).bit_length() - 1)]
    layers = []
    for narrow, wide in zip([3, *widths], widths, strict=False):
        layers += [nn.Conv2d(narrow, wide, 4, 2, 1), nn.LeakyReLU(0.2, inplace=True)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(16 * widths[-1], 1))
