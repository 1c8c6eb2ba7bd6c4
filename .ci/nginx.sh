#!/usr/bin/env bash
# nginx.sh <folder>: builds an nginx that knows SRV, which Debian's does not, and prints where it is. Its sources come from the
# registry of Rust's packages. Ends non-zero, and says why, where something is missing for it.
set -euo pipefail
cd "$1"
for program in cargo cc make; do
  command -v "$program" >/dev/null || { echo "no $program here to build nginx with" >&2; exit 1; }
done
cat >Cargo.toml <<'TOML'
[package]
name = "nginx"
version = "0.0.0"
edition = "2021"
[lib]
path = "lib.rs"
[dependencies]
nginx-src = "=1.28.5"
TOML
touch lib.rs
{
  cargo vendor --quiet vendor &&
    cd vendor/nginx-src/nginx &&
    bash auto/configure --without-http_rewrite_module --without-http_gzip_module &&
    make -j2
} >log 2>&1 || { tail -n 3 log >&2; exit 1; }
echo "$PWD/objs/nginx"
