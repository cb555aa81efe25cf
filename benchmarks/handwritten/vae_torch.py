"""Eager PyTorch at its best: channels-last memory, fused Adam."""

import torch
from torch import nn
from torch.nn import functional as F


def make(image_size, filters, latent_dim):
    device = "cuda" if torch.cuda.is_available() else "cpu"
    widths = [filters * 2**i for i in range((image_size // 4).bit_length() - 1)]
    encoder = encoder_network(widths, latent_dim).to(device)
    decoder = Decoder(widths, latent_dim).to(device)
    for network in (encoder, decoder):
        network.to(memory_format=torch.channels_last)
    parameters = [*encoder.parameters(), *decoder.parameters()]
    optimizer = torch.optim.Adam(parameters, 1e-3, fused=True)

    def step(images):
        x = torch.from_numpy(images).to(device).permute(0, 3, 1, 2)
        x = x.float() / 127.5 - 1.0
        mean, log_var = encoder(x).chunk(2, dim=1)
        z = mean + torch.exp(0.5 * log_var) * torch.randn_like(mean)
        logits, ones = decoder(z), (x + 1.0) / 2.0
        reconstruction = (F.softplus(logits) - ones * logits).sum((1, 2, 3))
        kl = 0.5 * (mean**2 + torch.expm1(log_var) - log_var).sum(1)
        loss = (reconstruction + kl).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.detach(), reconstruction.detach().mean(), kl.detach().mean()

    return step


def wait(result):
    return [float(x) for x in result]


def encoder_network(widths, latent_dim):
    layers = []
    for narrow, wide in zip([3, *widths], widths, strict=False):
        layers += [nn.Conv2d(narrow, wide, 4, 2, 1), nn.ReLU(inplace=True)]
    layers += [nn.Flatten(), nn.Linear(16 * widths[-1], 256), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers, nn.Linear(256, 2 * latent_dim))


class Decoder(nn.Module):
    def __init__(self, widths, latent_dim):
        super().__init__()
        self.dense = nn.Sequential(
            nn.Linear(latent_dim, 256),
            nn.ReLU(inplace=True),
            nn.Linear(256, 16 * widths[-1]),
            nn.ReLU(inplace=True),
        )
        layers = []
        for wide, narrow in zip(
            reversed(widths), [*reversed(widths[:-1])], strict=False
        ):
            layers += [nn.ConvTranspose2d(wide, narrow, 4, 2, 1), nn.ReLU(inplace=True)]
        layers.append(nn.ConvTranspose2d(widths[0], 3, 4, 2, 1))
        self.body = nn.Sequential(*layers)

    def forward(self, z):
        x = self.dense(z).view(len(z), -1, 4, 4)
        return self.body(x.contiguous(memory_format=torch.channels_last))
