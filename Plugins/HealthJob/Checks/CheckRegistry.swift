/// Every check that there is, a line each.
enum CheckRegistry {
    /// In the order of the reference page and of reports.
    static let all: [any SectionCheck.Type] = [
        SystemResources.self,
        MemoryUsage.self,
        DiskSpace.self,
        Inodes.self,
        Pressure.self,
        Cgroups.self,
        ProcessHealth.self,
        ServiceDependencies.self,
        TimeSync.self,
        BackupFreshness.self,
        LastRun.self,
        DatabaseHealth.self,
        ExternalServices.self,
        NetworkConnectivity.self,
        DNSLookups.self,
        Certificates.self,
        LogErrors.self,
        Programs.self,
    ]

    /// Those that a job without any section runs.
    static var usual: [any SectionCheck.Type] { all.filter { $0.isUsual } }
}
