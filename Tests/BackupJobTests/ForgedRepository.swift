import Foundation
import Testing

/// A repository that no run of ours wrote: one point whose checksums fit, and whose list and archive say what a test wants.
enum ForgedRepository {
    /// Writes `repo` beside the bench's `tree`.
    /// - Parameters:
    ///   - entries: JSON, an object for each line of the list; `name` is what the archive calls it, `file` the file with its content, `zeros` a
    ///     content of so many zeros of which the list says ten, `patches` are pairs of a list of blocks and how many bytes of data it has, `line`
    ///     replaces members of the line.
    ///   - zstd: options of the compressor.
    static func make(in bench: Bench, _ entries: String, zstd options: String = "-3 --check") throws {
        try bench.scratch.shell(
            "cat > forge.py <<'END'\n\(program)\nEND\ncat > entries.json <<'END'\n\(entries)\nEND\npython3 forge.py '\(options)'; rm forge.py entries.json"
        )
    }

    private static let program = #"""
        import hashlib, io, json, os, subprocess, sys, tarfile

        point, chain = "01ARZ3NDEKTSV4RRFFQ69G5FAV", "01ARZ3NDEKTSV4RRFFQ69G5FAW"
        folder = "repo/set-nightly/data/c-" + chain
        os.makedirs(folder)
        os.mkdir("repo/tmp")
        types = {"regular": tarfile.REGTYPE, "folder": tarfile.DIRTYPE, "link": tarfile.SYMTYPE, "character_device": tarfile.CHRTYPE}
        moment = "2026-01-01T00:00:00Z"

        def digest(path):
            return hashlib.sha256(open(path, "rb").read()).hexdigest()

        def stored(name):
            return {"file": name, "size": os.path.getsize(folder + "/" + name), "sha256": digest(folder + "/" + name)}

        head = {"format": 1, "point": point, "chain": chain, "sequence": 0, "started": moment,
                "sources": [{"name": "data", "path": os.getcwd() + "/tree"}]}
        lines = [head]
        squeeze = ["zstd", "-q", *sys.argv[1].split(), "-o", folder + "/0000.tar.zst"]
        process = subprocess.Popen(squeeze, stdin=subprocess.PIPE)
        place = 0
        for entry in json.load(open("entries.json")):
            kind = entry.get("type", "regular")
            content = open(entry["file"], "rb").read() if "file" in entry else entry.get("content", "").encode()
            info = tarfile.TarInfo(entry.get("name", entry["path"]))
            info.type, info.mode, info.linkname = types[kind], 0o755 if kind == "folder" else 0o644, entry.get("target", "")
            info.devmajor, info.devminor = entry.get("device", [0, 0])
            zeros = entry.get("zeros", 0)
            info.size = zeros or len(content)
            header = info.tobuf(tarfile.PAX_FORMAT)
            process.stdin.write(header + content)
            for _ in range(zeros >> 20):
                process.stdin.write(bytes(1 << 20))
            padding = -info.size % 512
            process.stdin.write(bytes(padding))
            line = {"path": entry["path"], "type": kind, "mode": "755" if kind == "folder" else "644", "uid": os.getuid(),
                    "gid": os.getgid(), "size": 10 if zeros else info.size, "mtime": [0, 0], "ctime": [0, 0], "device": 1, "inode": 1}
            if kind == "link": line["target"] = entry["target"]
            if kind == "regular": line["sha256"] = hashlib.sha256(content).hexdigest()
            line.update({"sequence": 0, "frame": 0, "offset": place, "state": "stored"})
            place += len(header) + info.size + padding
            for number, (blocks, size) in enumerate(entry.get("patches", [])):
                line.setdefault("patches", []).extend([0, 0, place])
                for name, text in (("blocks", blocks.encode()), ("data", bytes(size))):
                    info = tarfile.TarInfo(f".acore/patch/{number}/{name}")
                    info.size = len(text)
                    member = info.tobuf(tarfile.PAX_FORMAT) + text + bytes(-info.size % 512)
                    process.stdin.write(member)
                    place += len(member)
            line.update(entry.get("line", {}))
            lines.append(line)
        process.stdin.write(bytes(1024))
        process.stdin.close()
        assert process.wait() == 0
        lines.append({"ended": moment, "entries": len(lines) - 1})
        text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
        subprocess.run(["zstd", "-q", "--check", "-o", folder + "/0000.manifest.zst"], input=text.encode(), check=True)
        record = {"format": 1, "point": point, "chain": chain, "sequence": 0, "set": "nightly", "type": "full", "job": "nightly", "run": "RUN",
                  "counter": 1, "started": moment, "ended": moment, "outcome": "succeeded", "warnings": 0, "entries": len(lines) - 2,
                  "files": 1, "bytes": 1, "storedFiles": 1, "storedBytes": 1, "options": "", "archive": stored("0000.tar.zst"),
                  "manifest": stored("0000.manifest.zst")}
        json.dump(record, open(folder + "/0000.point.json", "w"))
        json.dump({"format": 1, "id": chain, "created": moment}, open("repo/repo.json", "w"))
        """#
}
