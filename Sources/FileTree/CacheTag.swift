/// The file by which a program marks a folder as a cache (https://bford.info/cachedir/).
enum CacheTag {
    private static let name = PathBytes("CACHEDIR.TAG")
    private static let signature = Array("Signature: 8a477f597d28d172789f06886806bc55".utf8)

    /// Whether the folder holds a tag with the right signature. A tag that cannot be read marks nothing: storing too much is the safe side.
    static func marks(_ folder: HeldDescriptor) -> Bool {
        do throws(FileTreeError) {
            guard try folder.status(of: name).type == .regular else { return false }
            let file = try folder.openFile(name)
            guard try file.status().type == .regular else { return false }
            return try file.read(signature.count) == signature
        } catch {
            return false
        }
    }
}
