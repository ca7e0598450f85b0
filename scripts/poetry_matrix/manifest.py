"""Manifests for one Poetry version: what differs between versions in how the same thing is written."""

BACKEND = '\n[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"\n'


class Poetry:
    """A version of Poetry, and the index that its projects name as their source."""

    def __init__(self, version, index):
        self.version, self.index = version, index
        self.number = tuple(int(n) for n in version.split("."))

    def manifest(self, head="", deps="", more="", readme='readme = "README.md"\n'):
        return (f'[tool.poetry]\nname = "app"\nversion = "0.1.0"\ndescription = ""\nauthors = ["A <a@example.org>"]\n{readme}{head}'
                f'\n[tool.poetry.dependencies]\npython = "^3.9"\ntiny-main = "^1.0"\n{deps}{self.group()}{more}{self.source()}{BACKEND}')

    def project(self, more=""):
        """The same by PEP 621."""
        return ('[project]\nname = "app"\nversion = "0.1.0"\ndescription = ""\nreadme = "README.md"\nrequires-python = ">=3.9,<4"\n'
                f'dependencies = ["tiny-main (>=1.0)"]\n\n[project.scripts]\napp-run = "app:main"\n{more}{self.source()}{BACKEND}')

    def group(self, name="dev", package="tiny-dev", optional=False):
        if self.number < (1, 2):
            return f'\n[tool.poetry.dev-dependencies]\n{package} = "^1.0"\n'
        return (f"\n[tool.poetry.group.{name}]\noptional = true\n" if optional else "") + \
            f'\n[tool.poetry.group.{name}.dependencies]\n{package} = "^1.0"\n'

    def source(self):
        how = "default = true" if self.number < (1, 5) else f'priority = "{"default" if self.number < (1, 8) else "primary"}"'
        return f'\n[[tool.poetry.source]]\nname = "tiny"\nurl = "{self.index}"\n{how}\n'
