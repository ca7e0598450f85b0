from dateutil.parser import isoparse


def tide(moment: str) -> str:
    return "high" if isoparse(moment).hour % 12 < 6 else "low"
