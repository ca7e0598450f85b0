"""What the tables of both parts have in common."""

import sys


def ran(versions):
    return f"Versions run: {', '.join(versions)}; Python {sys.version_info[0]}.{sys.version_info[1]} for all of them."


def folded(versions, answers):
    """The answers as one cell; equal ones of neighbouring versions are one: "1.1.15–1.4.2: ok"."""
    runs = []
    for version, answer in zip(versions, answers):
        if runs and runs[-1][2] == answer:
            runs[-1][1] = version
        else:
            runs.append([version, version, answer])
    if len(runs) == 1:
        return runs[0][2]
    return "<br>".join(f"{first if first == last else f'{first}–{last}'}: {answer}" for first, last, answer in runs)
