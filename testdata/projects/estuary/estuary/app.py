from common import tide
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route


async def now(request):
    return PlainTextResponse(tide(request.query_params.get("at", "2024-01-01T00:00:00")))


app = Starlette(routes=[Route("/tide", now)])
