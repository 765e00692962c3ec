import Archive
import JobKit
import Transfer

/// A copy in a bucket of S3 or of a server that speaks as it does.
final class S3Target: CopyTarget {
    /// Answers come in pages; more than so many are no copy of ours.
    private static let maximumPages = 10_000

    var place: String { "\(client.place)/\(prefix)" }
    private let client: S3Client
    private let prefix: String

    init(bucket: String, prefix: String, settings: CopySettings, key: CopyCredential, stop: StopFlag) throws(CopyError) {
        self.prefix = prefix
        client = try S3Client(bucket: bucket, settings: settings, key: key, stop: stop)
    }

    func list() throws(CopyError) -> CopyListing {
        var listing = CopyListing()
        var token: String?
        for _ in 0..<Self.maximumPages {
            var request = S3Client.Request("GET")
            request.query = [("list-type", "2"), ("prefix", prefix)]
            if let token { request.query.insert(("continuation-token", token), at: 0) }
            let answer = S3Answer(try client.send(request).body)
            for file in answer.elements("Contents") {
                guard let key = file["Key"], key.hasPrefix(prefix), let size = file["Size"].flatMap({ Int64($0) }) else { continue }
                listing.add(String(key.dropFirst(prefix.count)), size: size)
            }
            token = answer["NextContinuationToken"]
            if token == nil { break }
        }
        for upload in try uploads(prefix) {
            listing.add(upload.key.dropFirst(prefix.count) + CopyListing.unfinishedSuffix, size: 0)
        }
        return listing
    }

    func put(_ file: CopySource, at path: String) throws(CopyError) {
        let key = prefix + path
        let etag: String
        if S3Parts(of: file.size).count == 1 {
            let content = try file.bytes(0..<file.size)
            try file.check(ContentDigest(of: content))
            etag = "\"\(S3Parts.text(MD5Digest.of(content)))\""
            try abort(key)
            try send("PUT", key, body: content)
        } else {
            etag = try putParts(of: file, at: key)
        }
        let there = try head(key)
        // A server that encrypts, or joins parts otherwise, has other tags: then the content itself tells.
        if there.size == file.size {
            if there.etag == etag { return }
            if try isEqual(file, path) { return }
        }
        try send("DELETE", key)
        throw CopyError(.transient, "\(place)\(path) does not come back as it was sent", fix: "look at the log of the server")
    }

    func verify(_ file: CopySource, at path: String) throws(CopyError) -> Bool {
        let there = try head(prefix + path)
        guard there.size == file.size else { return false }
        if there.etag == (try S3Parts(of: file.size).etag(of: file)) { return true }
        return try isEqual(file, path)
    }

    private func isEqual(_ file: CopySource, _ path: String) throws(CopyError) -> Bool {
        let (size, digest) = try digest(of: path)
        return size == file.size && digest.description == file.sha256
    }

    private func head(_ key: String) throws(CopyError) -> (size: Int64?, etag: String?) {
        let response = try client.send(S3Client.Request("HEAD", key))
        return (response.header("Content-Length").flatMap { Int64($0) }, response.header("ETag"))
    }

    func replace(_ path: String, with content: [UInt8]) throws(CopyError) {
        try send("PUT", prefix + path, body: content)
    }

    func get(_ path: String, from offset: Int64, take: (UnsafeRawBufferPointer) -> Bool) throws(CopyError) {
        let outcome = withoutActuallyEscaping(take) { take in
            Result { () throws(CopyError) in
                var request = S3Client.Request("GET", prefix + path)
                request.firstByte = offset
                request.take = take
                _ = try client.send(request)
            }
        }
        try outcome.get()
    }

    func remove(_ path: String) throws(CopyError) {
        try send("DELETE", prefix + path)
    }

    func removeUnfinished(_ path: String) throws(CopyError) { try abort(prefix + path) }

    func removeEmptyFolder(_ path: String) throws(CopyError) {
        // A bucket has no folders.
    }

    func setLatest(in group: String, to record: String) throws(CopyError) {
        // A bucket has no links: a file that says the same.
        let content = Array((record + "\n").utf8)
        if try read("\(group)/latest", limit: CopyPoint.recordLimit) == content { return }
        try replace("\(group)/latest", with: content)
    }

    @discardableResult
    private func send(_ method: String, _ key: String, query: [(String, String)] = [], body: [UInt8]? = nil) throws(CopyError)
        -> HTTPResponse
    {
        var request = S3Client.Request(method, key)
        request.query = query.map { (name: $0.0, value: $0.1) }
        request.body = body
        do throws(CopyError) {
            return try client.send(request)
        } catch {
            if method == "DELETE", error.kind == .missing { return HTTPResponse(status: 404) }
            throw error
        }
    }
}

// MARK: Uploads in parts

extension S3Target {
    private typealias Upload = (key: String, id: String, begun: String)

    /// Sends what is missing of a file in parts, and joins them.
    /// - Returns: the tag that the whole should have.
    private func putParts(of file: CopySource, at key: String) throws(CopyError) -> String {
        let upload = try begunUpload(key)
        let id = if let upload { upload.id } else { try begin(key) }
        let there = if let upload { try parts(of: upload) } else { [Int: String]() }
        var hasher = ContentHasher()
        var tags = S3Parts.Tags()
        var list = ""
        for (index, range) in S3Parts(of: file.size).ranges.enumerated() {
            let content = try file.bytes(range)
            content.withUnsafeBytes { hasher.update($0) }
            let tag = "\"\(tags.add(content))\""
            var name = there[index + 1] == tag ? tag : nil
            if name == nil {
                let answer = try send("PUT", key, query: [("partNumber", "\(index + 1)"), ("uploadId", id)], body: content)
                name = answer.header("ETag")
            }
            list += "<Part><PartNumber>\(index + 1)</PartNumber><ETag>\(name ?? tag)</ETag></Part>"
        }
        do throws(CopyError) {
            try file.check(hasher.digest)
        } catch {
            try send("DELETE", key, query: [("uploadId", id)])
            throw error
        }
        let body = "<CompleteMultipartUpload>\(list)</CompleteMultipartUpload>"
        let answer = S3Answer(try send("POST", key, query: [("uploadId", id)], body: Array(body.utf8)).body)
        // The server may find out late, after it has begun its answer.
        if answer.isAbout("Error") {
            throw CopyError(
                .transient, "\(client.place)/\(key): its parts are not joined: \(answer["Code"] ?? "no reason")",
                fix: "look at the log of the server")
        }
        return tags.whole
    }

    private func begin(_ key: String) throws(CopyError) -> String {
        guard let id = S3Answer(try send("POST", key, query: [("uploads", "")], body: []).body)["UploadId"] else {
            throw CopyError(.lasting, "\(client.place)/\(key): the server names no upload", fix: "check endpoint:")
        }
        return id
    }

    /// The newest upload of a key; older ones are dropped.
    private func begunUpload(_ key: String) throws(CopyError) -> Upload? {
        let begun = try uploads(key).filter { $0.key == key }.sorted { $0.begun < $1.begun }
        for upload in begun.dropLast() { try send("DELETE", key, query: [("uploadId", upload.id)]) }
        return begun.last
    }

    private func abort(_ key: String) throws(CopyError) {
        for upload in try uploads(key) where upload.key == key { try send("DELETE", key, query: [("uploadId", upload.id)]) }
    }

    private func uploads(_ prefix: String) throws(CopyError) -> [Upload] {
        var found: [Upload] = []
        var marker: (key: String, id: String)?
        for _ in 0..<Self.maximumPages {
            var request = S3Client.Request("GET")
            request.query = [("prefix", prefix), ("uploads", "")]
            if let marker {
                request.query = [("key-marker", marker.key), ("prefix", prefix), ("upload-id-marker", marker.id), ("uploads", "")]
            }
            let answer = S3Answer(try client.send(request).body)
            found += answer.elements("Upload").compactMap { upload in
                guard let key = upload["Key"], let id = upload["UploadId"] else { return nil }
                return (key, id, upload["Initiated"] ?? "")
            }
            guard answer["IsTruncated"] == "true", let key = answer["NextKeyMarker"], let id = answer["NextUploadIdMarker"] else { break }
            marker = (key, id)
        }
        return found
    }

    /// The tags of an upload's parts, by number.
    private func parts(of upload: Upload) throws(CopyError) -> [Int: String] {
        var tags: [Int: String] = [:]
        var marker = "0"
        for _ in 0..<Self.maximumPages {
            var request = S3Client.Request("GET", upload.key)
            request.query = [("part-number-marker", marker), ("uploadId", upload.id)]
            let answer = S3Answer(try client.send(request).body)
            for part in answer.elements("Part") {
                if let number = part["PartNumber"].flatMap({ Int($0) }), let tag = part["ETag"] { tags[number] = tag }
            }
            guard answer["IsTruncated"] == "true", let next = answer["NextPartNumberMarker"], next != marker else { break }
            marker = next
        }
        return tags
    }
}
