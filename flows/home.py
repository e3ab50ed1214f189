"""Where a monitor lives: a folder with config/ and data/, given, named in the environment, or found upwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from extractors.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Home:
    """The paths of one monitor."""

    root: Path

    @property
    def config(self) -> Path:
        """Folder of the YAML files."""
        return self.root / "config"

    @property
    def data(self) -> Path:
        """Folder of everything the monitor writes."""
        return self.root / "data"

    @property
    def published(self) -> Path:
        """The DuckDB file people read; never locked."""
        return self.data / "published.duckdb"


def find_home(given: str | None, environment: Mapping[str, str], working_directory: Path) -> Home:
    """The home given by flag, then by SINOSCOPE_HOME, else the nearest folder upwards with config/settings.yaml.

    Raises ConfigError when a named home has no settings, or none is found.
    """
    named = given or environment.get("SINOSCOPE_HOME")
    if named:
        return checked(Path(named).expanduser().resolve())
    for folder in (working_directory, *working_directory.parents):
        if (folder / "config" / "settings.yaml").is_file():
            return Home(folder)
    raise ConfigError(
        [f"{working_directory}: no config/settings.yaml here or above; run `sinoscope init DIR` or pass --home DIR"]
    )


def checked(root: Path) -> Home:
    """A named home, if it holds settings."""
    if not (root / "config" / "settings.yaml").is_file():
        raise ConfigError([f"{root}: holds no config/settings.yaml; make a home with `sinoscope init {root}`"])
    return Home(root)


def shipped_config() -> Path:
    """The configuration that comes with the product: inside the installed package, or in the checkout."""
    package = Path(__file__).parent
    installed = package / "shipped_config"
    return installed if installed.is_dir() else package.parent / "config"
