import Testing

@testable import Runner

/// Finding the own cgroup in what /proc says.
struct CgroupSearchTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let mountinfo: String
        let own: String
        let found: CgroupSearch
        var testDescription: String { name }
    }

    static let unified = "25 20 0:22 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"
    static let hybrid = """
        30 20 0:26 / /sys/fs/cgroup ro - tmpfs tmpfs ro
        31 30 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
        32 30 0:28 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw

        """

    @Test(
        "the own cgroup is found",
        arguments: [
            Row(
                name: "a service", mountinfo: unified, own: "0::/system.slice/acore-sched.service\n",
                found: .available(unit: "/sys/fs/cgroup/system.slice/acore-sched.service")),
            Row(
                name: "a service that has moved already", mountinfo: unified, own: "0::/system.slice/acore-sched.service/daemon\n",
                found: .available(unit: "/sys/fs/cgroup/system.slice/acore-sched.service")),
            Row(
                name: "a command of the unit beside it", mountinfo: unified, own: "0::/system.slice/acore-sched.service/.control\n",
                found: .available(unit: "/sys/fs/cgroup/system.slice/acore-sched.service")),
            Row(
                name: "the hybrid layout", mountinfo: hybrid, own: "4:memory:/x\n0::/box\n",
                found: .available(unit: "/sys/fs/cgroup/unified/box")),
            Row(name: "the top", mountinfo: unified, own: "0::/\n", found: .available(unit: "/sys/fs/cgroup")),
            Row(name: "the top, moved", mountinfo: unified, own: "0::/daemon\n", found: .available(unit: "/sys/fs/cgroup")),
            Row(
                name: "a mount of a part", mountinfo: "25 20 0:22 /docker/abc /sys/fs/cgroup rw - cgroup2 cgroup rw\n",
                own: "0::/docker/abc/daemon\n", found: .available(unit: "/sys/fs/cgroup")),
            Row(
                name: "no v2", mountinfo: "31 30 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n", own: "0::/\n",
                found: .unavailable(reason: "no cgroup v2 hierarchy is mounted")),
            Row(
                name: "in v1 only", mountinfo: hybrid, own: "4:memory:/x\n",
                found: .unavailable(reason: "this process is in no cgroup of version 2")),
        ])
    func finds(_ row: Row) {
        #expect(CgroupSearch(mountinfo: row.mountinfo, ownCgroup: row.own) == row.found)
    }
}
