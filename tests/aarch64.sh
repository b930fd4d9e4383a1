#!/usr/bin/env bash
# Compiles the library for aarch64 and runs its tests in an emulator, so that NEON, too, is tried on a machine without it. Wants
# Debian and root: the compiler and its library for aarch64 are Debian's, unpacked under target/, the emulator and the linker are
# installed.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$PWD/target/aarch64

if [ ! -x "$folder/rustc" ]; then
    mkdir -p "$folder/packages"
    dpkg --add-architecture arm64
    apt-get update
    apt-get install -y gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user-static
    (
        cd "$folder/packages"
        version=$(apt-cache depends libstd-rust-web-dev | sed -n 's/.*Depends: \(libstd-rust-web-[0-9.]*\)$/\1/p')
        llvm=$(apt-cache depends rustc-web "$version" | sed -n 's/.*Depends: \(libllvm[0-9]*\)$/\1/p' | head -n 1)
        apt-get download rustc-web "$llvm" {libstd-rust-web-dev,"$version"}:{amd64,arm64}
        for package in *.deb; do
            dpkg -x "$package" "$folder/root"
        done
    )
    cat > "$folder/rustc" <<END
#!/bin/sh
LD_LIBRARY_PATH=$folder/root/usr/lib/x86_64-linux-gnu exec $folder/root/usr/bin/rustc "\$@"
END
    chmod +x "$folder/rustc"
fi

export RUSTC=$folder/rustc CARGO_TARGET_DIR=$folder/target
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="qemu-aarch64-static -L /usr/aarch64-linux-gnu"
cargo test --locked --target aarch64-unknown-linux-gnu --lib --test conformance --test equality --test allocations
