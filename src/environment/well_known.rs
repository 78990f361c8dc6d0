//! What the names of variables say: which ones a system, a shell or an SDK sets by itself, and which hold secrets.

use crate::sdk;

/// Whether a system, a shell, a tool around the program or an SDK knows the variable by itself, so that it is no matter
/// between a server and its users.
pub fn is_ambient(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    AMBIENT.binary_search(&upper.as_str()).is_ok()
        || FAMILIES.iter().any(|family| upper.starts_with(family))
        || sdk::reads_variable(&upper)
}

/// Beginnings of such names.
const FAMILIES: &[&str] = &[
    "CONDA_", "DOTNET_", "LC_", "OTEL_", "PIP_", "PYTEST_", "PYTHON", "SSH_", "TERM_", "UV_", "WSL_", "XDG_",
];

/// Such names, in order of bytes.
const AMBIENT: &[&str] = &[
    "ALLUSERSPROFILE",
    "ALL_PROXY",
    "APPDATA",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_NAME",
    "BROWSER",
    "CI",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "CODESPACES",
    "COLORTERM",
    "COLUMNS",
    "COMPUTERNAME",
    "COMSPEC",
    "CONTAINER",
    "CURL_CA_BUNDLE",
    "DBUS_SESSION_BUS_ADDRESS",
    "DISPLAY",
    "EDITOR",
    "FORCE_COLOR",
    "GITHUB_ACTIONS",
    "GITLAB_CI",
    "HOME",
    "HOMEDRIVE",
    "HOMEPATH",
    "HOSTNAME",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "INVOCATION_ID",
    "JAVA_HOME",
    "JOURNAL_STREAM",
    "KUBERNETES_SERVICE_HOST",
    "LANG",
    "LANGUAGE",
    "LINES",
    "LOCALAPPDATA",
    "LOGNAME",
    "MSYSTEM",
    "NO_COLOR",
    "NO_PROXY",
    "NUMBER_OF_PROCESSORS",
    "OLDPWD",
    "OS",
    "PAGER",
    "PATH",
    "PATHEXT",
    "PROCESSOR_ARCHITECTURE",
    "PROGRAMDATA",
    "PROGRAMFILES",
    "PSMODULEPATH",
    "PWD",
    "REQUESTS_CA_BUNDLE",
    "SHELL",
    "SHLVL",
    "SOURCE_DATE_EPOCH",
    "SSLKEYLOGFILE",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    "SYSTEMDRIVE",
    "SYSTEMROOT",
    "TEMP",
    "TERM",
    "TMP",
    "TMPDIR",
    "TMUX",
    "TZ",
    "USER",
    "USERDOMAIN",
    "USERNAME",
    "USERPROFILE",
    "VIRTUAL_ENV",
    "VISUAL",
    "WAYLAND_DISPLAY",
    "WINDIR",
];

/// Whether the name says that the value is to be shown to nobody: its last word is one for a secret, and no word before
/// it says that it is a public one or one of a table.
pub fn names_a_secret(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    let numbered =
        |word: &&str| word.chars().all(|c| c.is_ascii_digit()) || matches!(*word, "V1" | "V2" | "V3");
    let mut words = upper.split('_').rev().skip_while(numbered);
    let last = words.next().unwrap_or_default();
    let before = words.next().unwrap_or_default();
    let secret = [
        "APIKEY", "APITOKEN", "KEY", "PASSPHRASE", "PASSWD", "PASSWORD", "PAT", "PWD", "SECRET", "SECRETKEY",
        "TOKEN",
    ];
    let harmless = ["CACHE", "FOREIGN", "HASH", "MAP", "PARTITION", "PRIMARY", "PUBLIC", "SORT", "TAG"];
    secret.contains(&last) && !harmless.contains(&before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order() {
        assert!(AMBIENT.is_sorted());
    }

    #[test]
    fn what_systems_set_is_no_matter_of_a_server() {
        for (name, ambient) in [
            ("HOME", true),
            ("http_proxy", true),
            ("XDG_CACHE_HOME", true),
            ("FASTMCP_LOG_LEVEL", true),
            ("PYTHONUTF8", true),
            ("WEATHER_HOME", false),
            ("GITHUB_TOKEN", false),
            ("LOG_LEVEL", false),
            ("MCP_TRANSPORT", false),
        ] {
            assert_eq!(is_ambient(name), ambient, "{name}");
        }
    }

    #[test]
    fn names_tell_secrets() {
        for (name, secret) in [
            ("OPENAI_API_KEY", true),
            ("weather_token", true),
            ("DB_PASSWORD", true),
            ("APIKEY", true),
            ("SIGNING_SECRET_2", true),
            ("GITHUB_PAT", true),
            ("MAX_TOKENS", false),
            ("TOKEN_URL", false),
            ("SSH_KEY_PATH", false),
            ("VAPID_PUBLIC_KEY", false),
            ("PARTITION_KEY", false),
            ("KEYBOARD", false),
            ("PATTERN", false),
            ("_", false),
        ] {
            assert_eq!(names_a_secret(name), secret, "{name}");
        }
    }
}
