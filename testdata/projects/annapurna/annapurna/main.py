"""A summit a day, over HTTP."""

import uvicorn
from fastapi import FastAPI

app = FastAPI(title="annapurna")


@app.get("/")
def summit() -> dict[str, int | str]:
    return {"name": "Annapurna I", "metres": 8091}


if __name__ == "__main__":
    uvicorn.run(app, host="0.0.0.0", port=8000)
