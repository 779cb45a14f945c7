import pytest


@pytest.fixture(autouse=True)
def key_file(settings, tmp_path):
    """A key file of this test's own, not made yet."""
    settings.KEYRING = tmp_path / "keys.json"
    return settings.KEYRING
