import Transfer

/// How long each part of a connection took.
struct ConnectTimes: Sendable, Hashable {
    let lookup: Duration
    let connect: Duration

    var total: Duration { lookup + connect }
    var inputs: [String: String] {
        ["dns_s": lookup.inSeconds.text(places: 6), "connect_s": connect.inSeconds.text(places: 6)]
    }
}

extension TransferTimes {
    /// The parts that there were, in seconds.
    var inputs: [String: String] {
        [("dns_s", lookup), ("connect_s", connect), ("tls_s", secure), ("first_byte_s", firstByte), ("total_s", total)]
            .reduce(into: [:]) { inputs, part in inputs[part.0] = part.1.map { $0.inSeconds.text(places: 6) } }
    }
}

extension HTTPMeasurement {
    /// Where it failed.
    func stage(of error: TransferError, isEncrypted: Bool) -> ConnectStage {
        switch error {
        case .notReachable(_, _, let code): code == 0 && times.lookup == nil ? .dns : .tcp
        case .untrusted, .withoutHandshake: .tls
        case .timedOut, .broken:
            if times.lookup == nil {
                .dns
            } else if times.connect == nil {
                .tcp
            } else {
                isEncrypted && times.secure == nil ? .tls : .answer
            }
        case .tooLarge, .cancelled: .answer
        }
    }
}
