"""The lights of the demonstration follow from its meetings."""

from zhibu.apps.compliance.services.lights import refresh
from zhibu.apps.workbench.demo.scenes import Scene


def write(scene: Scene) -> None:
    """Bring every light in line with the meetings of the demonstration."""
    refresh(today=scene.today)
