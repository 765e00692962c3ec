import FoundationEssentials
import Glibc
import JobKit

extension CheckScene {
    /// The machine as a run of a job sees it.
    init(of context: JobContext, root: String, now: Date) {
        self.init(
            now: now, bootTime: .sinceBoot, bootID: Self.bootID(below: root), root: root, stateDirectory: context.stateDirectory,
            temporaryDirectory: context.temporaryDirectory, secretsDirectory: context.secretsDirectory,
            facts: context.facts)
    }

    /// Empty where the kernel does not say: then no sample of an earlier run counts.
    static func bootID(below root: String) -> String {
        do throws(ReadError) {
            return try SmallFile.text(root + "/proc/sys/kernel/random/boot_id").trimmed
        } catch {
            return ""
        }
    }
}

extension Duration {
    /// CLOCK_BOOTTIME: goes on while the machine sleeps, and nobody sets it.
    static var sinceBoot: Duration {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
