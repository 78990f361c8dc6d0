//! Who reaches the host of a URL, so far as its name tells.

use std::net::Ipv4Addr;

/// Labels of hosts that stand in the place of one.
const SPOKEN: &[&str] = &[
    "mycluster", "mycompany", "mydatabase", "mydb", "mydomain", "myhost", "myorg", "myproxy", "myredis",
    "myregistry", "myserver", "mysite", "placeholder", "xxx", "xxxx",
];
/// Names of domains that stand in the place of one.
const DOMAINS: &[&str] = &[
    "acme", "bar", "baz", "company", "corp", "domain", "foo", "foobar", "host", "hostname", "organization",
    "provider", "server", "site", "some", "somewhere", "test",
];
/// Top-level domains that are not the internet's: of RFC 6761, RFC 6762, RFC 8375, and what networks call themselves.
const LOCAL: &[&str] = &[
    "cluster", "corp", "home", "internal", "intra", "intranet", "lan", "local", "localdomain", "private",
    "svc",
];
/// Top-level domains that nobody has (RFC 6761).
const RESERVED: &[&str] = &["example", "invalid", "localhost", "test"];

/// Whose host it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Host {
    /// One that everybody may reach.
    Public,
    /// One of a network that is closed to others.
    Private,
    /// The machine itself, a container beside it, or none at all.
    Own,
}

impl Host {
    pub(super) fn of(host: &str) -> Self {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let labels: Vec<&str> = host.split('.').collect();
        let ([.., domain, top], Err(_)) = (&*labels, host.parse::<Ipv4Addr>()) else {
            return host.parse().map_or(Self::Own, Self::of_address);
        };
        let spoken = |label: &&str| {
            label.starts_with("your")
                || label.starts_with("my-")
                || SPOKEN.contains(label)
                || label.split(['-', '_']).any(|part| part.starts_with("example"))
        };
        let own = host.ends_with(".docker.internal") || RESERVED.contains(top) || DOMAINS.contains(domain);
        if own || labels.iter().any(spoken) {
            Self::Own
        } else if LOCAL.contains(top) || host.ends_with(".home.arpa") {
            Self::Private
        } else {
            Self::Public
        }
    }

    fn of_address(address: Ipv4Addr) -> Self {
        match address.octets() {
            [0 | 127, ..] | [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] | [1, 2, 3, _] => Self::Own,
            // RFC 6598: behind a provider's translation of addresses
            [100, 64..=127, ..] => Self::Private,
            _ if address.is_private() || address.is_link_local() => Self::Private,
            _ => Self::Public,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_who_reaches_them() {
        for (host, expected) in [
            ("db.weather-cloud.net", Host::Public),
            ("latest-db.weather-cloud.net", Host::Public),
            ("food-api.weather-cloud.net", Host::Public),
            ("test-db.weather-cloud.net", Host::Public),
            ("mysql.weather-cloud.net", Host::Public),
            ("db-server.weather-cloud.net", Host::Public),
            ("172.104.3.9", Host::Public),
            ("172.15.0.1", Host::Public),
            ("8.8.8.8", Host::Public),
            ("172.16.3.9", Host::Private),
            ("172.31.3.9", Host::Private),
            ("10.0.0.3", Host::Private),
            ("192.168.1.4", Host::Private),
            ("100.100.3.4", Host::Private),
            ("db.weather.corp", Host::Private),
            ("latest-db.internal", Host::Private),
            ("db.prod.svc.cluster.local", Host::Private),
            ("nas.lan", Host::Private),
            ("localhost", Host::Own),
            ("127.0.0.1", Host::Own),
            ("db", Host::Own),
            ("host.docker.internal", Host::Own),
            ("203.0.113.7", Host::Own),
            ("example.com", Host::Own),
            ("db.example.org", Host::Own),
            ("db-example.net", Host::Own),
            ("your-server.net", Host::Own),
            ("myhost.net", Host::Own),
            ("server.com", Host::Own),
            ("a.test", Host::Own),
            ("", Host::Own),
        ] {
            assert_eq!(Host::of(host), expected, "{host}");
        }
    }
}
