# syntax=docker/dockerfile:1
# The image of restage: the program and nothing else. It is built for the
# platforms that are asked for on the platform of the builder:
#
#     docker buildx build --platform linux/amd64,linux/arm64 -t restage .
#     docker run --rm -v "$PWD:/work:ro" restage check
FROM --platform=$BUILDPLATFORM golang:1.26-bookworm AS build

WORKDIR /src

# The modules are downloaded again when go.mod or go.sum change, and kept
# between builds when only one of them does.
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download

COPY analysis ./analysis
COPY assist ./assist
COPY cmd ./cmd
COPY codeactions ./codeactions
COPY internal ./internal
COPY server ./server
COPY testdata ./testdata
ARG TARGETOS TARGETARCH
ARG VERSION=devel
RUN --mount=type=cache,target=/go/pkg/mod \
    --mount=type=cache,target=/root/.cache/go-build,id=go-build-$TARGETARCH \
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH \
    go build -trimpath -ldflags "-s -w -X main.release=$VERSION" -o /restage ./cmd/lsp

FROM scratch AS runtime

COPY --from=build /restage /usr/bin/restage

# Nobody: restage reads files and, with --write, replaces those that its user may write.
USER 65534:65534
WORKDIR /work
ENTRYPOINT ["/usr/bin/restage"]
CMD ["check"]
