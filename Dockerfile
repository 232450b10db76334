# Plumbline in an image:
#
#   git archive HEAD | docker build -t plumbline -
#   docker run --rm --network host --user "$(id -u)" -v "$PWD:/work" plumbline check --target ./mine.yaml
FROM denoland/deno:2.9.6
ENV DENO_DIR=/deno-dir
WORKDIR /plumbline
COPY . .
# All libraries now, so that no run downloads any. The base may have no shell.
RUN ["deno", "cache", "--quiet", "--frozen", "main.ts", "suites/load/embedded/process.ts", "targets/reference/server/main.ts", "targets/reference/app/main.ts"]
# Where the user's folder is mounted; without one, reports stay in the container.
RUN ["deno", "run", "--allow-read", "--allow-write", "suites/cli/image.ts"]
WORKDIR /work
USER 1000
# What `deno task check` may do.
ENTRYPOINT ["deno", "run", "--quiet", "--cached-only", "--frozen", "--config=/plumbline/deno.json", "--allow-net", "--allow-read", "--allow-write", "--allow-env", "--allow-sys", "--allow-run", "/plumbline/main.ts"]
CMD ["--help"]
