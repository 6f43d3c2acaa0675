"""Writes an OCI image archive out of a root of Debian and a built Peregrine.

Usage: python3 archive.py DEBIAN_TAR PRODUCT ROOT OUTPUT [NAME]

The archive is an OCI image layout with the manifest.json of `docker save` beside it: one file that
`docker load` and `podman load` both read. Same input, same bytes. A tool of the build.
"""

import datetime
import gzip
import hashlib
import io
import json
import os
import re
import sys
import tarfile
from pathlib import Path

EPOCH = int(os.environ["SOURCE_DATE_EPOCH"])
HOME = "opt/peregrine"
BASEIMAGE_MB = 210  # Baseimage-docker noble-1.0.2, unpacked

# What a container does not need of the product: Ruby comes from Debian, process 1 is no systemd, and
# the class archive is for a virtual machine without the AOT caches.
LEFT_OUT = ("jruby", "systemd", "runtime/lib/server/classes.jsa")

# What a root made on another machine tells about it, and copies of what is there.
UNWANTED = re.compile(
    r"dev/.+|etc/(resolv\.conf|hostname|hosts)|etc/(passwd|group|shadow|gshadow)-"
    r"|etc/(apt/apt\.conf\.d|dpkg/dpkg\.cfg\.d)/99mmdebstrap"
    r"|var/cache/(apt|ldconfig)/.+|var/cache/debconf/.+-old|var/log/.+|var/lib/apt/lists/.+|var/lib/dpkg/.+-old|tmp/.+|var/tmp/.+"
)
KEPT_EMPTY = re.compile(r"var/cache/apt/archives|var/lib/apt/lists|var/log/apt")

MACHINES = {"x86_64": {"architecture": "amd64"}, "aarch64": {"architecture": "arm64", "variant": "v8"}}


class Hashed:
    """A stream that counts and digests what passes through it."""

    def __init__(self, out):
        self.out, self.size, self.sha = out, 0, hashlib.sha256()

    def write(self, data):
        self.size += len(data)
        self.sha.update(data)
        return self.out.write(data)

    def flush(self):
        pass

    @property
    def digest(self):
        return "sha256:" + self.sha.hexdigest()


class Layer:
    """A gzip-compressed tar that is being written, with the digests of both."""

    def __init__(self, path):
        self.path, self.content = path, 0
        self.file = open(path, "wb")
        self.packed = Hashed(self.file)
        self.gzip = gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=self.packed, mtime=0)
        self.plain = Hashed(self.gzip)
        self.tar = tarfile.open(fileobj=self.plain, mode="w|", format=tarfile.PAX_FORMAT)

    def add(self, entry, data=None):
        entry.pax_headers = {key: text for key, text in entry.pax_headers.items() if "xattr" in key}
        self.content += entry.size if entry.isreg() else 0
        self.tar.addfile(entry, data)

    def close(self):
        for part in (self.tar, self.gzip, self.file):
            part.close()


def entry(name, kind, mode, size=0, gid=0, target="", mtime=EPOCH):
    made = tarfile.TarInfo(name)
    made.type, made.mode, made.size, made.gid, made.linkname, made.mtime = kind, mode, size, gid, target, mtime
    made.uname = made.gname = ""
    return made


def debian_layer(debian, layer):
    with tarfile.open(debian) as root:
        for member in sorted(root.getmembers(), key=lambda member: (member.islnk(), member.name)):
            name = os.path.normpath(member.name)
            if name == "." or (UNWANTED.fullmatch(name) and not KEPT_EMPTY.fullmatch(name)):
                continue
            data = root.extractfile(member) if member.isreg() else None
            member.name = name
            if member.islnk():
                member.linkname = os.path.normpath(member.linkname)
            member.mtime = min(int(member.mtime), EPOCH)
            member.uname = member.gname = ""
            layer.add(member, data)


def add_directory(layer, name, mode=0o755, gid=0):
    layer.add(entry(name, tarfile.DIRTYPE, mode, gid=gid))


def add_link(layer, name, target):
    layer.add(entry(name, tarfile.SYMTYPE, 0o777, target=target))


def add_text(layer, name, text, mode, gid=0):
    layer.add(entry(name, tarfile.REGTYPE, mode, size=len(text), gid=gid), io.BytesIO(text))


def add_tree(layer, source, target, left_out=()):
    for path in sorted(source.rglob("*")):
        inside = path.relative_to(source).as_posix()
        if any(inside == name or inside.startswith(name + "/") for name in left_out):
            continue
        name = f"{target}/{inside}" if target else inside
        if path.is_symlink():
            add_link(layer, name, os.readlink(path))
        elif path.is_dir():
            add_directory(layer, name)
        else:
            status = path.stat()
            # The AOT caches know the jars by their time.
            mtime = int(status.st_mtime) if path.suffix == ".jar" else EPOCH
            mode = 0o755 if status.st_mode & 0o100 else 0o644
            with path.open("rb") as data:
                layer.add(entry(name, tarfile.REGTYPE, mode, size=status.st_size, mtime=mtime), data)


def peregrine_layer(product, root, docker_env, layer):
    add_directory(layer, HOME)
    add_tree(layer, product, HOME, LEFT_OUT)
    add_tree(layer, root, "")
    for name in ("my_init.d", "my_init.pre_shutdown.d", "my_init.post_shutdown.d", "service"):
        add_directory(layer, "etc/" + name)
    add_directory(layer, "etc/container_environment", 0o700)
    for name in ("sh", "json"):
        add_text(layer, "etc/container_environment." + name, b"", 0o640, docker_env)
    add_link(layer, "etc/profile.d/container_environment.sh", "../container_environment.sh")
    for name in ("my_init", "setuser"):
        add_link(layer, "usr/sbin/" + name, f"/{HOME}/bin/peregrine")
    add_link(layer, "usr/local/bin/peregrine", f"/{HOME}/bin/peregrine")


def group_id(debian, wanted):
    with tarfile.open(debian) as root:
        for line in root.extractfile("./etc/group").read().splitlines():
            name, _, number = line.split(b":")[:3]
            if name == wanted:
                return int(number)
    sys.exit(f"image: {debian}: no group {wanted.decode()} (expected a root that this build has made)")


def release(debian):
    with tarfile.open(debian) as root:
        text = root.extractfile("./usr/lib/os-release").read().decode()
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)["PRETTY_NAME"].strip('"')


def version(product):
    for jar in sorted(product.glob("lib/peregrine-server-*.jar")):
        return jar.stem.removeprefix("peregrine-server-")
    sys.exit(f"image: {product}/lib: no peregrine-server jar (expected a built Peregrine)")


def configuration(tag, debian, layers):
    created = datetime.datetime.fromtimestamp(EPOCH, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "created": created,
        **MACHINES[os.uname().machine],
        "os": "linux",
        "config": {
            "Env": [
                "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "LANG=C.UTF-8",
            ],
            "Entrypoint": ["/sbin/my_init"],
            "WorkingDir": "/",
            "StopSignal": "SIGTERM",
            "Labels": {
                "org.opencontainers.image.title": "Peregrine",
                "org.opencontainers.image.description": f"{debian} with Peregrine as process 1",
                "org.opencontainers.image.licenses": "MIT",
                "org.opencontainers.image.version": tag,
                "org.opencontainers.image.created": created,
            },
        },
        "rootfs": {"type": "layers", "diff_ids": [layer.plain.digest for layer in layers]},
        "history": [{"created": created, "created_by": text} for text in (debian, "Peregrine " + tag)],
    }


def path_of(digest):
    return "blobs/" + digest.replace(":", "/")


def write_archive(output, name, config, layers):
    blobs = {}

    def blob(value):
        text = json.dumps(value, separators=(",", ":"), sort_keys=True).encode()
        digest = "sha256:" + hashlib.sha256(text).hexdigest()
        blobs[digest] = text
        return {"digest": digest, "size": len(text)}

    oci = "application/vnd.oci.image."
    described = {"mediaType": oci + "config.v1+json", **blob(config)}
    packed = [{"mediaType": oci + "layer.v1.tar+gzip", "digest": layer.packed.digest, "size": layer.packed.size} for layer in layers]
    manifest = blob({"schemaVersion": 2, "mediaType": oci + "manifest.v1+json", "config": described, "layers": packed})
    platform = {key: config[key] for key in ("architecture", "os", "variant") if key in config}
    annotations = {"org.opencontainers.image.ref.name": name.partition(":")[2], "io.containerd.image.name": "docker.io/library/" + name}
    index = {
        "schemaVersion": 2,
        "mediaType": oci + "index.v1+json",
        "manifests": [{"mediaType": oci + "manifest.v1+json", **manifest, "platform": platform, "annotations": annotations}],
    }
    docker = [{"Config": path_of(described["digest"]), "RepoTags": [name], "Layers": [path_of(one["digest"]) for one in packed]}]
    texts = {"index.json": index, "manifest.json": docker, "oci-layout": {"imageLayoutVersion": "1.0.0"}}
    with tarfile.open(output, "w", format=tarfile.USTAR_FORMAT) as tar:
        for directory in ("blobs", "blobs/sha256"):
            tar.addfile(entry(directory, tarfile.DIRTYPE, 0o755))
        for digest, text in sorted(blobs.items()):
            tar.addfile(entry(path_of(digest), tarfile.REGTYPE, 0o644, size=len(text)), io.BytesIO(text))
        for layer in layers:
            with open(layer.path, "rb") as data:
                tar.addfile(entry(path_of(layer.packed.digest), tarfile.REGTYPE, 0o644, size=layer.packed.size), data)
        for name, value in texts.items():
            text = json.dumps(value, separators=(",", ":"), sort_keys=True).encode()
            tar.addfile(entry(name, tarfile.REGTYPE, 0o644, size=len(text)), io.BytesIO(text))


def megabytes(count):
    return f"{count / 1e6:.0f} MB"


def main(debian, product, root, output, name=""):
    product, root = Path(product), Path(root)
    tag = version(product)
    name = name or "peregrine:" + tag.lower()
    layers = [Layer(output + ".layer1"), Layer(output + ".layer2")]
    debian_layer(debian, layers[0])
    peregrine_layer(product, root, group_id(debian, b"docker_env"), layers[1])
    for layer in layers:
        layer.close()
    write_archive(output, name if ":" in name else name + ":latest", configuration(tag, release(debian), layers), layers)
    for layer in layers:
        os.remove(layer.path)
    contents, packed = [layer.content for layer in layers], sum(layer.packed.size for layer in layers)
    print(f"{name}: {megabytes(sum(contents))} unpacked (Debian {megabytes(contents[0])}, Peregrine {megabytes(contents[1])}), "
          f"{megabytes(packed)} compressed; Baseimage-docker: about {BASEIMAGE_MB} MB unpacked")


if __name__ == "__main__":
    main(*sys.argv[1:])
