import CronSchedule

/// The definitions of a load, to be kept for the next start when there is time for it.
package struct UnkeptDefinitions: Sendable {
    /// Where they are kept.
    let path: String
    /// A hash of all but the files that they depend on.
    let circumstances: UInt64
    let environment: [String: String]
    /// When the load began.
    let now: Instant
    /// All files of the load; not each is fit to be kept.
    let files: [ReadFile]

    /// Writes them, whole or not at all.
    /// - Throws: when they cannot be written; the next start reads the files then.
    package func keep() throws(FileRefusal) {
        let kept = mapInParallel(files) { file in
            file.kept(environment: environment).map { (path: file.path, definition: DefinitionCache.bytes(of: $0)) }
        }.compactMap(\.self)
        try PrivateFile.replace(path, with: DefinitionCache.bytes(of: kept, circumstances: circumstances, now: now))
    }
}
