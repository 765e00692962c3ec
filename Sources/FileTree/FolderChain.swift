/// The folders from the root of a tree down to where we are, with few of them open at a time.
///
/// A folder whose descriptor was given up is opened again through `..` of its child, or down from the root, and taken only when its
/// device and inode are those of before.
struct FolderChain<State> {
    /// The most open descriptors, however deep the tree.
    static var maximumOpen: Int { 32 }

    private struct Level {
        let name: PathBytes
        let identity: FileIdentity
        var descriptor: HeldDescriptor?
        var state: State
    }

    private var levels: [Level] = []
    /// Levels below this one, save the root, are closed.
    private var lowestOpen = 1

    /// Folders in the chain.
    var depth: Int { levels.count }

    /// The names from the root's own down to the last folder's.
    var names: [PathBytes] { levels.map(\.name) }

    /// Name and identity of the last folder; nil when the chain is empty.
    var last: (name: PathBytes, identity: FileIdentity)? { levels.last.map { ($0.name, $0.identity) } }

    /// What the user keeps for the last folder; nil when the chain is empty.
    var state: State? {
        get { levels.last?.state }
        set {
            guard let newValue, !levels.isEmpty else { return }
            levels[levels.count - 1].state = newValue
        }
    }

    /// Goes down into a folder.
    mutating func push(_ name: PathBytes, _ descriptor: HeldDescriptor, _ identity: FileIdentity, state: State) {
        levels.append(Level(name: name, identity: identity, descriptor: descriptor, state: state))
        lowestOpen = min(lowestOpen, max(1, levels.count - 1))
        while levels.count - lowestOpen > Self.maximumOpen {
            levels[lowestOpen].descriptor = nil
            lowestOpen += 1
        }
    }

    /// Goes up; the folder above is opened again when need be.
    mutating func pop() {
        let left = levels.removeLast()
        guard let above = levels.last, above.descriptor == nil else { return }
        lowestOpen = levels.count - 1
        levels[levels.count - 1].descriptor = Self.folderAbove(left.descriptor, expected: above.identity)
    }

    /// Nil when it is not there any more: `descriptor()` then goes down from the root, and says what is wrong.
    private static func folderAbove(_ child: HeldDescriptor?, expected: FileIdentity) -> HeldDescriptor? {
        do throws(FileTreeError) {
            guard let above = try child?.openFolder(PathBytes("..")), try Self.is(above, expected) else { return nil }
            return above
        } catch {
            return nil
        }
    }

    /// The last folder, open.
    /// - Throws: when it cannot be opened again, or is no longer where it was.
    mutating func descriptor() throws(FileTreeError) -> HeldDescriptor {
        precondition(!levels.isEmpty, "an empty chain of folders has no last one")
        if let open = levels[levels.count - 1].descriptor { return open }
        guard var current = levels[0].descriptor else { throw FileTreeError("open", levels[0].name, .replaced) }
        for level in levels.dropFirst() {
            current = try current.openFolder(level.name)
            guard try Self.is(current, level.identity) else { throw FileTreeError("open", level.name, .replaced) }
        }
        levels[levels.count - 1].descriptor = current
        return current
    }

    private static func `is`(_ descriptor: HeldDescriptor, _ identity: FileIdentity) throws(FileTreeError) -> Bool {
        try descriptor.status().identity == identity
    }
}
