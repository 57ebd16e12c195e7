# syntax=docker/dockerfile:1

# ── What the program needs beside its own files; the runtime is the one that package.json pins ────────────────────────
FROM node:24.21.0-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6 AS build
WORKDIR /app

COPY package.json package-lock.json .npmrc ./
# Not `npm ci`: it refuses a lockfile without the linter's binaries for other platforms, which not every registry has.
RUN npm install --omit=dev --ignore-scripts --no-audit --no-fund
# What only compilers, debuggers and browsers read is half of what was installed.
RUN find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.md' \) -delete
RUN find node_modules/@azure node_modules/@typespec -type d \( -path '*/dist/browser' -o -path '*/dist/react-native' \) -prune -exec rm -rf {} +

# The bundles that the pages need, byte for byte the pinned ones; without them there is no image.
COPY web web
RUN npm run postinstall && test -s web/vendor/webchat.js && test -s web/vendor/redoc.standalone.js
RUN mkdir data

# ── The image: Node, the packages, the program; no shell, no package manager ──────────────────────────────────────────
FROM gcr.io/distroless/cc-debian12:nonroot@sha256:9dac0a79194e45a7da0158a9c6da57b217585af0786db3845d1f0ec1a0dd182f
WORKDIR /app

COPY --from=build /usr/local/bin/node /usr/local/bin/node
COPY --from=build /app/node_modules node_modules
COPY package.json LICENSE ./
COPY knowledge knowledge
COPY web web
COPY --from=build /app/web/vendor web/vendor
COPY language language
COPY cards cards
COPY services services
COPY mentor mentor
COPY dialogs dialogs
COPY bot bot
COPY api api
COPY ingestion ingestion
COPY config config
COPY composition composition
COPY cli cli
COPY main.ts app.ts config.ts errors.ts log.ts openapi.json ./
# The only folder that the program writes to.
COPY --from=build --chown=65532:65532 /app/data /data

# HOST makes it reachable, which the program allows only with MicrosoftAppId: an open bot refuses to start.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3978 DATA_DIR=/data NODE_COMPILE_CACHE=/data/compile-cache

USER 65532:65532
VOLUME ["/data"]
EXPOSE 3978
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["/usr/local/bin/node", "--eval", "fetch('http://127.0.0.1:' + process.env.PORT + '/health/live').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]

ENTRYPOINT ["/usr/local/bin/node"]
CMD ["--max-semi-space-size=16", "main.ts"]
