import os

import click

import cirrus


@click.group()
@click.version_option(cirrus.__version__)
def main() -> None:
    """High clouds, counted."""


@main.command()
def watch() -> None:
    click.echo(f"watching from {os.environ.get('CIRRUS_STATION', 'nowhere')}")
