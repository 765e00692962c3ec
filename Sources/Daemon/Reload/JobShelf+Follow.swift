import JobFiles

extension JobShelf {
    /// Looks at the files whenever they change, and at each HUP, until the task is cancelled.
    nonisolated func follow(_ watch: JobFileWatch?, _ hangUp: ReloadSignal) async {
        await withTaskGroup(of: Void.self) { group in
            let rings = [watch?.changes, hangUp.rings].compactMap(\.self)
            for ring in rings {
                group.addTask { for await _ in ring where !Task.isCancelled { _ = await self.reload() } }
            }
        }
    }
}
