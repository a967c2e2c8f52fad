"""The data a local server starts with: demo data with well-known keys, or a seed file."""

from nodai_mock.demo.data import DEMO, Demo
from nodai_mock.demo.show import banner, credentials, render

__all__ = ["DEMO", "Demo", "banner", "credentials", "render"]
