//! Files that hold credentials: by their very name, or by a telling name and what stands in them.
//!
//! A name alone convicts only where no honest file bears it. `token.json` is as often a contract's interface, and
//! `server.pem` a public certificate: those are looked into. This is no search for secrets in all texts.

use serde_json::Value;

use super::{SourceFile, SourceTree};

/// What a name says of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Suspicion {
    None,
    /// It holds credentials.
    Certain,
    /// It does if a private key stands in it.
    Key,
    /// It does if a key of its JSON says so and has a literal value.
    Json,
    /// It does if it signs in to a registry.
    Npmrc,
}

/// Longer than any file of credentials: what is longer is data.
const LONGEST: u64 = 1 << 20;

impl SourceTree {
    /// Whether `file`, or the file that it links to, holds credentials.
    ///
    /// Samples (`.env.example` and the like) do not, and neither do empty files and what cannot be read.
    pub fn holds_secret(&self, file: &SourceFile) -> bool {
        let (name, real) = (file.path.name(), self.real_name(file));
        let other = Some(real).filter(|real| *real != name);
        file.size > 0
            && [name].into_iter().chain(other).any(|name| match suspicion(name) {
                Suspicion::None => false,
                Suspicion::Certain => true,
                look if file.size <= LONGEST => {
                    self.read(&file.path).is_ok_and(|bytes| convicts(look, &bytes))
                }
                _ => false,
            })
    }
}

fn suspicion(name: &str) -> Suspicion {
    let lower = name.to_ascii_lowercase();
    let certain = [
        ".env", ".netrc", "_netrc", ".pypirc", ".git-credentials", "kubeconfig", "token.pickle", "id_rsa",
        "id_dsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk",
    ];
    let ends = |suffixes: &[&str]| suffixes.iter().any(|suffix| lower.ends_with(suffix));
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| lower.starts_with(prefix));
    let accounts = ["credentials", "client_secret", "client-secret", "service_account", "service-account"];
    match lower.as_str() {
        name if certain.contains(&name) => Suspicion::Certain,
        ".npmrc" => Suspicion::Npmrc,
        "token.json" | ".mcp.json" => Suspicion::Json,
        name if name.starts_with(".env.") && !is_sample(name) => Suspicion::Certain,
        _ if is_sample(&lower) => Suspicion::None,
        _ if ends(&[".p12", ".pfx"]) => Suspicion::Certain,
        _ if ends(&[".pem", ".key"]) => Suspicion::Key,
        _ if ends(&[".json"]) && starts(&accounts) => Suspicion::Json,
        _ => Suspicion::None,
    }
}

/// Whether a word between the dots says that the file is a pattern to copy.
fn is_sample(name: &str) -> bool {
    let words = [
        "example", "examples", "sample", "template", "tmpl", "tpl", "dist", "test", "default", "defaults",
        "schema", "j2", "jinja", "jinja2", "in", "md", "txt", "py",
    ];
    name.split('.').skip(1).any(|part| words.contains(&part))
}

fn convicts(look: Suspicion, bytes: &[u8]) -> bool {
    let holds = |mark: &[u8]| bytes.windows(mark.len()).any(|window| window == mark);
    match look {
        Suspicion::Key => holds(b"PRIVATE KEY-----"),
        Suspicion::Npmrc => holds(b"_auth") || holds(b"_password"),
        Suspicion::Json => serde_json::from_slice(bytes).is_ok_and(|value: Value| tells(&value)),
        Suspicion::None | Suspicion::Certain => false,
    }
}

/// Whether a telling key anywhere in `value` has a literal for its value.
fn tells(value: &Value) -> bool {
    match value {
        Value::Object(entries) => entries.iter().any(|(key, value)| match value {
            Value::String(text) => is_telling(key) && is_literal(text),
            other => tells(other),
        }),
        Value::Array(items) => items.iter().any(tells),
        _ => false,
    }
}

fn is_telling(key: &str) -> bool {
    let key = key.to_ascii_lowercase().replace(['_', '-'], "");
    ["secret", "token", "password", "passwd", "apikey", "privatekey", "authorization"]
        .iter()
        .any(|word| key.ends_with(word))
}

/// Whether `text` may be a credential: no place held open for one, no sentence, no address.
fn is_literal(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let value = lower.strip_prefix("bearer ").unwrap_or(&lower);
    let open =
        ["your", "<", "$", "{", "[", "%", "http://", "https://"].iter().any(|start| value.starts_with(start));
    let spoken = [
        "example", "placeholder", "change", "xxx", "...", "***", "redacted", "dummy", "fake", "sample",
        "insert",
    ]
    .iter()
    .any(|word| value.contains(word));
    let key = value.starts_with("-----begin");
    let varied = value.bytes().any(|byte| Some(byte) != value.bytes().next());
    value.len() >= 8 && varied && !open && !spoken && (key || !value.contains(char::is_whitespace))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_alone() {
        for (name, expected) in [
            (".env", Suspicion::Certain),
            (".env.production", Suspicion::Certain),
            (".ENV", Suspicion::Certain),
            (".env.example", Suspicion::None),
            (".env.production.sample", Suspicion::None),
            (".env.j2", Suspicion::None),
            (".envrc", Suspicion::None),
            ("example.env", Suspicion::None),
            ("environment.py", Suspicion::None),
            ("credentials.json", Suspicion::Json),
            ("credentials.example.json", Suspicion::None),
            ("credentials.schema.json", Suspicion::None),
            ("credentials.py", Suspicion::None),
            ("client_secret_1234.apps.json", Suspicion::Json),
            ("service-account-prod.json", Suspicion::Json),
            ("id_rsa", Suspicion::Certain),
            ("id_rsa.pub", Suspicion::None),
            ("id_generator.py", Suspicion::None),
            ("server.p12", Suspicion::Certain),
            ("cacert.pem", Suspicion::Key),
            (".mcp.json", Suspicion::Json),
            ("tokenizer.json", Suspicion::None),
        ] {
            assert_eq!(suspicion(name), expected, "{name}");
        }
    }

    #[test]
    fn what_stands_in_them() {
        for (look, text, expected) in [
            (Suspicion::Key, "-----BEGIN RSA PRIVATE KEY-----\nMII", true),
            (Suspicion::Key, "-----BEGIN CERTIFICATE-----\nMII", false),
            (Suspicion::Npmrc, "//registry/:_authToken=abc", true),
            (Suspicion::Npmrc, "save-exact=true", false),
            (Suspicion::Json, r#"{"installed": {"client_secret": "GOCSPX-1a2b3c4d"}}"#, true),
            (Suspicion::Json, r#"{"private_key": "-----BEGIN PRIVATE KEY-----\nMII"}"#, true),
            (Suspicion::Json, r#"{"a": {"env": {"GITHUB_TOKEN": "ghp_16C7e42F292c69"}}}"#, true),
            (Suspicion::Json, r#"{"a": {"headers": {"Authorization": "Bearer 16C7e42F292c69"}}}"#, true),
            (Suspicion::Json, r#"{"a": {"env": {"GITHUB_TOKEN": "${GITHUB_TOKEN}"}}}"#, false),
            (Suspicion::Json, r#"{"client_secret": "your-client-secret"}"#, false),
            (Suspicion::Json, r#"{"client_secret": "<client secret>", "token": "00000000000"}"#, false),
            (Suspicion::Json, r#"{"token_uri": "https://host/token", "token": "The token to use"}"#, false),
            (Suspicion::Json, r#"[{"name": "token", "type": "address"}]"#, false),
            (Suspicion::Json, r#"{"password": {"type": "string"}}"#, false),
            (Suspicion::Json, "no JSON", false),
        ] {
            assert_eq!(convicts(look, text.as_bytes()), expected, "{text}");
        }
    }
}
