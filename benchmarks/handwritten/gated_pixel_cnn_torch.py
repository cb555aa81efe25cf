"""Gated PixelCNN, as `pixel_cnn_torch`."""

import torch
from torch import nn
from torch.nn import functional as F

from handwritten.pixel_cnn_torch import Masked, trained, wait

__all__ = ["make", "wait"]

BLOCKS = 10


def make(image_size, filters):
    return trained(GatedPixelCNN(filters), image_size)


class GatedPixelCNN(nn.Module):
    def __init__(self, p):
        super().__init__()
        self.blocks = nn.ModuleList(
            nn.ModuleDict(
                {
                    "vertical": Masked(p if i else 1, 2 * p, (n, n), "rows"),
                    "link": Masked(2 * p, 2 * p, (1, 1)),
                    "horizontal": Masked(
                        p if i else 1, 2 * p, (1, n), "B" if i else "A"
                    ),
                    "widen": Masked(p, p, (1, 1)),
                }
            )
            for i, n in enumerate([7] + [3] * (BLOCKS - 1))
        )
        self.head = nn.Sequential(
            nn.ReLU(), Masked(p, p, (1, 1)), nn.ReLU(), Masked(p, 1, (1, 1))
        )

    def forward(self, x):
        v, h = F.pad(x, (0, 0, 1, 0))[:, :, :-1], x
        for i, block in enumerate(self.blocks):
            v = block["vertical"](v)
            y = block["widen"](gated(block["horizontal"](h) + block["link"](v)))
            v, h = gated(v), h + y if i else y
        return self.head(h)


def gated(x):
    content, gate = x.chunk(2, dim=1)
    return torch.tanh(content) * torch.sigmoid(gate)
