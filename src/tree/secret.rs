//! Files that hold credentials by their very name and never ship unless a setting names them.

/// Whether a file called `name` is one that holds credentials.
///
/// Samples (`.env.example` and the like) are no secrets.
pub fn is_secret(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    if ["example", "sample", "template", "dist", "test"]
        .iter()
        .any(|word| lower.ends_with(&format!(".{word}")))
    {
        return false;
    }
    let exact = [
        ".env",
        ".netrc",
        ".pypirc",
        ".npmrc",
        ".git-credentials",
        "kubeconfig",
        "token.json",
        "token.pickle",
        "id_rsa",
        "id_dsa",
        "id_ecdsa",
        "id_ed25519",
        "credentials.json",
        "client_secret.json",
        "service-account.json",
        "service_account.json",
    ];
    let json = lower.ends_with(".json")
        && ["credentials-", "client_secret_", "client_secret-", "service-account-", "service_account_"]
            .iter()
            .any(|start| lower.starts_with(start));
    let key = [".p12", ".pfx"].iter().any(|end| lower.ends_with(end));
    exact.contains(&lower.as_str()) || lower.starts_with(".env.") || json || key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_secrets_from_samples() {
        for (name, secret) in [
            (".env", true),
            (".env.production", true),
            (".env.example", false),
            (".env.sample", false),
            (".envrc", false),
            ("environment.py", false),
            ("credentials.json", true),
            ("credentials.py", false),
            ("client_secret_1234.apps.json", true),
            ("id_rsa", true),
            ("id_rsa.pub", false),
            ("server.p12", true),
            ("tokenizer.json", false),
        ] {
            assert_eq!(is_secret(name), secret, "{name}");
        }
    }
}
