// swift-tools-version: 6.2
import PackageDescription

// One set of rules for every target of ours: Swift 6, warnings are errors, imports are internal unless they say more.
let swiftSettings: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]
let cSettings: [CSetting] = [.treatAllWarnings(as: .error), .enableWarning("all"), .enableWarning("extra")]

// The launcher is static C without the Swift runtime; a sanitizer cannot be linked statically, and the launcher must know of it.
let isSanitized = Context.environment["ACORE_SANITIZE"] != nil
let launcherLinking: [LinkerSetting] = isSanitized ? [] : [.unsafeFlags(["-static-executable", "-nostartfiles"])]
let launcherDefines: [CSetting] = isSanitized ? [.define("ACORE_SANITIZE")] : []

/// A library in `Sources/NAME`.
func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/\(name)", swiftSettings: swiftSettings)
}

/// A plugin in `Plugins/NAME`.
func plugin(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(
        name: name, dependencies: ["JobKit"] + dependencies, path: "Plugins/\(name)", exclude: ["README.md", "sample.yaml"],
        swiftSettings: swiftSettings)
}

/// A program in `Sources/NAME`.
func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, path: "Sources/\(name)", swiftSettings: swiftSettings)
}

/// Tests in `Tests/NAME`.
func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, path: "Tests/\(name)", exclude: exclude, swiftSettings: swiftSettings)
}

/// A program that tests start.
func driver(_ name: String, path: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, path: path, swiftSettings: swiftSettings)
}

/// A library of the system, found by pkg-config.
func system(_ name: String, pkgConfig: String, package: String) -> Target {
    .systemLibrary(name: name, path: "Sources/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

/// A library of the system that is loaded when it is needed first: our C in front of it needs its headers only (libarchive-dev, libcurl4-openssl-dev).
func loaded(_ name: String) -> Target {
    .target(name: name, dependencies: ["CLinux"], path: "Sources/\(name)", cSettings: cSettings)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let http = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let httpCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")

let package = Package(
    name: "acore-sched",
    products: [
        .executable(name: "acore-sched", targets: ["acore-sched"]),
        .executable(name: "acore-sched-worker", targets: ["acore-sched-worker"]),
        .executable(name: "acore-launch", targets: ["acore-launch"]),
        .library(name: "JobKit", targets: ["JobKit", "WorkerHost"]),
        .library(name: "CronSchedule", targets: ["CronSchedule"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: [
        // 1: the ground; imports nothing of ours.
        library("CronSchedule"),
        library("JobKit"),
        .target(name: "CLinux", path: "Sources/CLinux", cSettings: cSettings),
        .executableTarget(
            name: "acore-launch", path: "Sources/acore-launch", cSettings: cSettings + launcherDefines,
            linkerSettings: launcherLinking),
        loaded("CArchive"),
        loaded("CCurl"),
        system("CSQLite", pkgConfig: "sqlite3", package: "libsqlite3-dev"),
        system("CYAML", pkgConfig: "yaml-0.1", package: "libyaml-dev"),
        system("CZstd", pkgConfig: "libzstd", package: "libzstd-dev"),

        // 2: values and policies, the worker's half of the wire, what plugins share, plugins.
        library("SchedulerCore", ["CronSchedule", "JobKit", heap]),
        library("WorkerHost", ["JobKit"]),
        library("Processes", ["CLinux"]),
        library("FileTree", ["CLinux"]),
        library("Archive", ["CArchive", "CLinux", "CZstd", "Processes", crypto]),
        library("AgeFormat", [crypto]),
        library("SQLiteFiles", ["CLinux", "CSQLite"]),
        library("Transfer", ["CCurl", "JobKit"]),
        plugin("BackupJob", ["AgeFormat", "Archive", "CLinux", "FileTree", "Processes", "SQLiteFiles", "Transfer", grdb]),
        plugin("CommandJob"),
        plugin("HealthJob", ["CLinux", "Processes", "SQLiteFiles", "Transfer"]),

        // 3: files, ledger, processes.
        library("JobFiles", ["CLinux", "CYAML", "CronSchedule", "JobKit", "SchedulerCore"]),
        library("Notify", ["CLinux", "CronSchedule", "JobKit", "Processes", "SchedulerCore", "Transfer", crypto]),
        library("Ledger", ["CLinux", "CronSchedule", "JobKit", "SchedulerCore", grdb]),
        library("Runner", ["CLinux"]),
        library("ControlClient", ["CLinux", "CronSchedule", "JobKit", "SchedulerCore", "Transfer"]),
        library("ControlAPI", ["CLinux", "ControlClient", http, httpCore, httpTypes, logging, nioCore, nioPosix, serviceLifecycle]),

        // 4: the composition root.
        library(
            "Daemon",
            [
                "CLinux", "ControlAPI", "ControlClient", "CronSchedule", "JobFiles", "JobKit", "Ledger", "Notify", "Processes", "Runner",
                "SchedulerCore", logging,
            ]),

        // 5: the programs.
        program(
            "acore-sched",
            [
                "CLinux", "ControlClient", "CronSchedule", "Daemon", "JobFiles", "JobKit", "Ledger", "Processes", "Runner", "SchedulerCore",
                argumentParser, logging,
            ]),
        program("acore-sched-worker", ["BackupJob", "CommandJob", "HealthJob", "WorkerHost"]),

        // Tests, and the programs that they drive.
        tests("CronScheduleTests", ["CronSchedule"]),
        tests("SchedulerCoreTests", ["CronSchedule", "JobKit", "SchedulerCore"]),
        tests("ProcessesTests", ["CLinux", "Processes"]),
        tests("FileTreeTests", ["FileTree"]),
        tests("AgeFormatTests", ["AgeFormat", crypto]),
        tests("ArchiveTests", ["Archive"]),
        tests("SQLiteFilesTests", ["SQLiteFiles"]),
        tests("TransferTests", ["JobKit", "Transfer"]),
        tests("NotifyTests", ["JobKit", "Notify", "SchedulerCore", "Transfer"], exclude: ["Golden"]),
        tests("BackupJobTests", ["Archive", "BackupJob", "CLinux", "FileTree", "JobKit", "backup-test-driver"]),
        tests("HealthJobTests", ["CronSchedule", "HealthJob", "JobFiles", "JobKit", "SchedulerCore", "acore-sched-worker"]),
        driver("backup-test-driver", path: "Tests/BackupTestDriver", ["BackupJob", "JobKit"]),
        tests("JobKitTests", ["JobKit"]),
        tests("JobFilesTests", ["CommandJob", "CronSchedule", "JobFiles", "JobKit", "SchedulerCore"], exclude: ["Fixtures"]),
        tests("LedgerTests", ["CronSchedule", "JobKit", "Ledger", "SchedulerCore", "ledger-test-driver", grdb]),
        driver("ledger-test-driver", path: "Tests/LedgerTestDriver", ["CronSchedule", "Ledger", "SchedulerCore"]),
        tests(
            "ShippedFilesTests", ["BackupJob", "CommandJob", "CronSchedule", "HealthJob", "JobFiles", "JobKit", "SchedulerCore"]),
        tests("RunnerTests", ["CLinux", "Runner", "acore-launch", "runner-probe"]),
        driver("runner-probe", path: "Tests/EndToEnd/cgroups/probe", ["Runner"]),
        tests(
            "DaemonTests",
            [
                "CSQLite", "ControlAPI", "ControlClient", "CronSchedule", "Daemon", "JobFiles", "JobKit", "Ledger", "SchedulerCore",
                logging,
            ]),
        tests("CronCommandTests", ["acore-sched"]),
        tests(
            "EndToEndTests", ["CLinux", "CSQLite", "CronSchedule", "acore-launch", "acore-sched", "acore-sched-worker"],
            exclude: ["Contract/samples"]),
        tests(
            "CommandLineTests",
            ["CronSchedule", "JobKit", "Ledger", "SchedulerCore", "acore-launch", "acore-sched", "acore-sched-worker"], exclude: ["Golden"]),
    ],
    swiftLanguageModes: [.v6]
)

// Programs that only `make bench` needs.
if Context.environment["ACORE_BENCH"] != nil {
    func benchmark(_ name: String, path: String, _ dependencies: [Target.Dependency]) -> Target {
        .executableTarget(
            name: name, dependencies: dependencies, path: path, exclude: ["run", "RESULTS.md"], swiftSettings: swiftSettings)
    }
    package.targets += [
        benchmark("job-files-benchmark", path: "Benchmarks/job-files", ["CommandJob", "CronSchedule", "JobFiles", "JobKit"]),
        benchmark("ledger-benchmark", path: "Benchmarks/ledger", ["CronSchedule", "Ledger", "SchedulerCore"]),
    ]
}

// A sanitizer watches one process: tests that only start built programs tell it nothing.
if isSanitized {
    package.targets.removeAll { ["CommandLineTests", "CronCommandTests", "EndToEndTests"].contains($0.name) }
}
