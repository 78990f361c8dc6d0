//! What is a secret, what is none, and that hostile texts cost no more than others.

use proptest::prelude::*;

use super::*;

/// What is found, a word each: the provider, or what kind it is.
fn kinds(text: &str) -> Vec<&'static str> {
    scan(text.as_bytes())
        .iter()
        .map(|secret| match &secret.kind {
            SecretKind::Provider(provider) => provider.name,
            SecretKind::Assigned { random: true, .. } => "random",
            SecretKind::Assigned { random: false, .. } => "chosen",
            SecretKind::PrivateKey => "private key",
            SecretKind::WebToken { name: Some(_), .. } => "named web token",
            SecretKind::WebToken { service: true, .. } => "service",
            SecretKind::WebToken { .. } => "web token",
            SecretKind::Url { index: true, .. } => "index",
            SecretKind::Url { private: true, .. } => "private url",
            SecretKind::Url { .. } => "url",
        })
        .collect()
}

/// Letters and digits as if drawn at random, so that no key stands in this file.
fn drawn(alphabet: &str, count: usize) -> String {
    let letters: Vec<char> = alphabet.chars().collect();
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        letters[usize::try_from(state % letters.len() as u64).expect("an index")]
    };
    (0..count).map(|_| next()).collect()
}

/// What follows the host in the address of a channel of Teams.
fn teams() -> String {
    let uuid = format!("{}-{}-{}-{}-{}", hex(8), hex(4), hex(4), hex(4), hex(12));
    format!("{uuid}@{uuid}/IncomingWebhook/{}/{uuid}", hex(32))
}

const HEX: &str = "0123456789abcdef";
const ALL: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

fn all(count: usize) -> String {
    drawn(ALL, count)
}

fn hex(count: usize) -> String {
    drawn(HEX, count)
}

#[test]
fn knows_the_keys_of_providers() {
    for (key, provider) in [
        (format!("sk-ant-api03-{}AA", all(93)), "Anthropic"),
        (format!("sk-proj-{}T3BlbkFJ{}", all(74), all(74)), "OpenAI"),
        (format!("sk-{}T3BlbkFJ{}", all(20), all(20)), "OpenAI"),
        (format!("sk-{}", hex(32)), "DeepSeek or DashScope"),
        (format!("sk-or-v1-{}", hex(64)), "OpenRouter"),
        (format!("ghp_{}{}", "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ", "0mLq17"), "GitHub"),
        (format!("github_pat_{}_{}", all(22), all(59)), "GitHub"),
        (format!("glpat-{}", all(20)), "GitLab"),
        (format!("AKIA{}", drawn("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)), "AWS"),
        (format!("AIza{}", all(35)), "Google"),
        (format!("xoxb-{}-{}-{}", drawn("2948573061", 12), drawn("7301958264", 12), all(24)), "Slack"),
        (format!("https://hooks.slack.com/services/T02AB9KQ7/B05XY3ZP1/{}", all(24)), "Slack"),
        (format!("hf_{}", drawn("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", 34)), "Hugging Face"),
        (format!("pypi-AgEIcHlwaS5vcmc{}", all(120)), "PyPI"),
        (format!("SG.{}.{}", all(22), all(43)), "SendGrid"),
        (format!("sk_live_{}", all(24)), "Stripe"),
        (format!("8193042756:AA{}", all(33)), "Telegram"),
        (format!("/bot8193042756:AA{}/getMe", all(33)), "Telegram"),
        (format!("ntn_{}{}", drawn("4718205936", 11), all(35)), "Notion"),
        (format!("lin_api_{}", all(40)), "Linear"),
        (format!("tvly-dev-{}", all(32)), "Tavily"),
        (format!("BSA{}", all(28)), "Brave"),
        (format!("pplx-{}", all(48)), "Perplexity"),
        (format!("gsk_{}WGdyb3FY{}", all(20), all(24)), "Groq"),
        (format!("xai-{}", all(80)), "xAI"),
        (format!("r8_{}", all(37)), "Replicate"),
        (format!("fc-{}", hex(32)), "Firecrawl"),
        (format!("sbp_{}", hex(40)), "Supabase"),
        (format!("dapi{}", hex(32)), "Databricks"),
        (format!("AccountKey={}==", all(86)), "Azure Storage"),
        (format!("aB38Q~{}", all(34)), "Azure"),
        (format!("dop_v1_{}", hex(64)), "DigitalOcean"),
        (format!("key-{}", hex(32)), "Mailgun"),
        (format!("{}.atlasv1.{}", all(14), all(64)), "HashiCorp"),
        (format!("fm2_{}", all(120)), "Fly.io"),
        (format!("ASIA{}", drawn("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)), "AWS"),
        (format!("EAAB{}", all(160)), "Meta"),
        (format!("{}-us14", hex(32)), "Mailchimp"),
        (format!("https://weather.webhook.office.com/webhookb2/{}", teams()), "Microsoft Teams"),
        (format!("https://discordapp.com/api/webhooks/{}/{}", drawn("4718205936", 18), all(68)), "Discord"),
        (format!("{}_{}_mmk", all(6), all(29)), "MaxMind"),
        (format!("tskey-auth-{}-{}", all(16), all(32)), "Tailscale"),
        (format!("sha256~{}", all(43)), "OpenShift"),
    ] {
        for text in [format!("X = \"{key}\"\n"), format!("see {key}."), format!("'{key}'"), key.clone()] {
            assert_eq!(kinds(&text), [provider], "{text}");
        }
    }
}

#[test]
fn a_key_begins_and_ends() {
    let key = format!("fc-{}", hex(32));
    for (text, expected) in [
        (format!("\\n{key}\\n"), true),
        (format!("({key})"), true),
        (format!("x{key}"), false),
        (format!("_{key}"), false),
        (format!("{key}..."), false),
        (format!("{key}-x"), false),
        (key[..key.len() - 1].to_owned(), false),
    ] {
        assert_eq!(!kinds(&text).is_empty(), expected, "{text}");
    }
}

#[test]
fn placeholders_are_no_keys() {
    for text in [
        "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
        "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "glpat-xxxxxxxxxxxxxxxxxxxx",
        "glpat-your-token-goes-here1",
        "AKIAIOSFODNN7EXAMPLE",
        "AKIA0000000000000000",
        "sk-ant-api03-...",
        "sk-0123456789abcdef0123456789abcdef",
        "fc-YOUR_API_KEY",
        "hf_abcdefghijklmnopqrstuvwxyzABCDEFGH",
        "xoxb-123456789012-123456789012-abcdefghijklmnopqrstuvwx",
        "sk-estimator-doc-link",
        "key-deadbeefdeadbeefdeadbeefdeadbeef",
        "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
        "X-Amz-Credential=AKIA32P3D2JDNMVAJLGF%2F2025",
    ] {
        assert_eq!(kinds(text), [""; 0], "{text}");
    }
}

#[test]
fn a_key_without_its_mark_is_doubtful() {
    for (key, provider) in [
        ("ghp_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq18".to_owned(), "GitHub"),
        (format!("sk-proj-{}", all(48)), "OpenAI"),
    ] {
        let found = scan(format!("x({key})").as_bytes());
        assert!(
            matches!(&found[..], [Secret { kind: SecretKind::Provider(found), .. }] if found.name == provider && found.grade == Grade::Unproven),
            "{key}"
        );
        // the name says more
        assert_eq!(kinds(&format!("API_KEY = '{key}'")), ["random"], "{key}");
    }
}

#[test]
fn a_public_key_is_one_whatever_its_name_says() {
    for key in [format!("pk_live_{}", all(30)), format!("pk_test_{}", all(30))] {
        let found = scan(format!("STRIPE_API_KEY = '{key}'").as_bytes());
        let public = |kind: &SecretKind| matches!(kind, SecretKind::Provider(provider) if provider.grade == Grade::Public);
        assert!(matches!(&found[..], [one] if public(&one.kind)), "{key}");
    }
}

#[test]
fn knows_the_bots_of_discord() {
    let token = format!("MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.{}", all(27));
    for text in [
        format!("client.run('{token}')"),
        format!("TOKEN = \"{token}\""),
        format!("headers = {{'Authorization': 'Bot {token}'}}"),
    ] {
        assert_eq!(kinds(&text), ["Discord"], "{text}");
    }
    assert_eq!(kinds("client.run('config.toml')"), [""; 0]);
    assert_eq!(kinds(&format!("client.run('MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.{}')", "x".repeat(27))), [""; 0]);
}

#[test]
fn reads_what_stands_in_web_tokens() {
    let token = |payload: &str| format!("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.{payload}.{}", all(43));
    for (payload, expected) in [
        (
            "eyJyb2xlIjoic2VydmljZV9yb2xlIiwiaXNzIjoic3VwYWJhc2UiLCJpYXQiOjE3MDAwMDAwMDAsImV4cCI6MjkwMDAwMDAwMH0",
            Some("service"),
        ),
        ("eyJzdWIiOiJ3ZWF0aGVyIiwiaWF0IjoxNzAwMDAwMDAwfQ", Some("web token")),
        // of the role `anon`, of the documents of a library, of nobody, and no JSON
        ("eyJyb2xlIjoiYW5vbiIsImlzcyI6InN1cGFiYXNlIiwiaWF0IjoxNzAwMDAwMDAwfQ", None),
        ("eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ", None),
        ("eyJrIjoidmFsdWUifQ", None),
        ("eyJzdWIiOiJ3ZWF0aGVyIiwiaWF", None),
    ] {
        let token = token(payload);
        for text in [format!("x('{token}')"), format!("Bearer {token}"), format!("see {token}.")] {
            assert_eq!(kinds(&text), expected.into_iter().collect::<Vec<_>>(), "{text}");
        }
        let named = expected.map(|_| "named web token");
        assert_eq!(kinds(&format!("API_KEY = '{token}'")), named.into_iter().collect::<Vec<_>>(), "{token}");
    }
    let unsigned = format!("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ3ZWF0aGVyIiwiaWF0IjoxNzAwMDAwMDAwfQ.{}", all(43));
    assert_eq!(kinds(&unsigned), [""; 0]);
    let over = scan(token("eyJzdWIiOiJ3ZWF0aGVyIiwiZXhwIjoxNzAwMDAwMDAwfQ").as_bytes());
    assert!(matches!(
        &over[..],
        [Secret { kind: SecretKind::WebToken { expires: Some(1_700_000_000), .. }, .. }]
    ));
}

#[test]
fn finds_the_literal_of_an_expression() {
    for text in [
        "API_KEY = os.getenv('X') or '$'",
        "API_KEY = os.environ.get('X') or os.environ.get('Y') or '$'",
        "key = os.getenv('X_TOKEN') or '$'",
        "key = os.getenv('X_TOKEN', default='$')",
        "key = os.getenv(\n    'X_TOKEN',\n    '$',\n)",
        "key = os.environ['X_TOKEN'] if 'X_TOKEN' in os.environ else '$'",
        "API_KEY = config['x'].get('api_key') or '$'",
        "key = env.str('X_TOKEN', '$')",
        "os.environ.setdefault('X_TOKEN', '$')",
        "self.x = api_key or '$'",
        "const key = process.env.X_TOKEN || '$'",
        "api_key: str = Field(default='$')",
        "api_key: str = Field('$', description='the key, (a text)')",
        "api_key: SecretStr = Field(default=SecretStr('$'), alias='X')",
        "api_key: Annotated[str, Field(description='a, ] b')] = '$'",
        "api_key: Optional[\"str\"] = '$'",
        "api_key: str = field(default_factory=lambda: '$')",
        "api_key: str = typer.Option('$', envvar='X')",
        "@click.option('--api-key', 'api_key', envvar='X', default='$')",
        "parser.add_argument('--api-key', type=str, default='$')",
        "args = ['--api-key', '$']",
        "uvx weather --api-key $",
        "weather --token \"$\"\n",
        "x = getattr(settings, 'API_KEY', '$')",
        "setattr(settings, 'api_key', '$')",
        "API_KEY = os.getenv('X') \\\n    or '$'",
        "DB_PASS = '$'",
        "args = ['-e', 'API_KEY=$']",
        "API_KEY = b'$'",
        "API_KEY = \"\"\"$\"\"\"",
        "API_KEY = (\n    '$'\n)",
        "API_KEYS = ['$', 'b']",
        "API_KEY = str('$')",
        "if (api_key := '$'): pass",
        "if api_key != '$': pass",
        "client.set_api_key('$')",
        "{'name': 'API_KEY', 'value': '$'}",
        "- name: API_KEY\n  value: $\n",
        "api_key: |\n  $\n",
        "<apiKey>\n  $\n</apiKey>",
        "\\\"api_key\\\": \\\"$\\\"",
        "# API_KEY=$\n",
        "Server=db;User Id=app;Password=$;",
        "'Authorization': 'Bearer $'",
        "headers['Authorization'] = f\"token $\"",
        "x('Bearer $')",
        "-H 'X-Api-Key: $'",
        "'https://api.weather-cloud.net/v1?q=1&api_key=$&x=2'",
    ] {
        let text = text.replace('$', "p8Zr3vKq0TnXw5LyB7sJd2Hf");
        assert_eq!(kinds(&text), ["random"], "{text}");
    }
    let long = format!("API_KEY = '{}'", all(900));
    assert_eq!(kinds(&long), ["random"]);
}

#[test]
fn other_expressions_have_no_literal() {
    for text in [
        "api_key: str = Field(default='', description='$')",
        "api_key: str = Field(..., examples=['$'])",
        "token = load('$')",
        "token = hashlib.sha256(b'$')",
        "password = getpass('$')",
        "token and '$'",
        "openweather_key = '$'",
        "_key = '$'",
        "next page token: $\n",
        "token: module32.SomeOther64Class\n",
        "X-Amz-Security-Token=$\n",
        "https://x.weather-cloud.net/a.png?sealed_token=$",
    ] {
        let text = text.replace('$', "p8Zr3vKq0TnXw5LyB7sJd2Hf");
        assert_eq!(kinds(&text), [""; 0], "{text}");
    }
}

#[test]
fn what_looks_like_a_hash_may_be_a_key() {
    for (text, expected) in [
        (format!("API_KEY = '{}'", hex(32)), vec!["chosen"]),
        (format!("token: {}\n", hex(40)), vec!["chosen"]),
        (format!("\"credentials\": \"{}\"", hex(64)), vec!["chosen"]),
        (format!("credentialsId: '{}'", hex(32)), vec![]),
        (format!("WEATHER_KEY = '{}'", hex(64)), vec!["chosen"]),
        (format!("x = 'https://api.weather-cloud.net/v1?appid={}'", hex(32)), vec!["chosen"]),
        (format!("TOKEN_SHA256 = '{}'", hex(64)), vec![]),
        (format!("token_hash = '{}'", hex(64)), vec![]),
        (format!("sha256_secret = '{}'", hex(64)), vec![]),
        (format!("integrity = '{}'", hex(64)), vec![]),
        (format!("cache_key = '{}'", hex(32)), vec![]),
        (format!("x = 'https://files.weather-cloud.net/a.png?token={}'", hex(32)), vec![]),
    ] {
        assert_eq!(kinds(&text), expected, "{text}");
    }
}

#[test]
fn knows_how_commands_and_headers_sign_in() {
    for (text, expected) in [
        ("curl -u app:7Qm2xVr9LpZt https://api.weather-cloud.net", vec!["chosen"]),
        ("curl -s \\\n  --user 'app:7Qm2xVr9LpZt' https://api.weather-cloud.net", vec!["chosen"]),
        ("curl -s -u app:'7Qm2xVr9LpZt' https://api.weather-cloud.net", vec!["chosen"]),
        ("curl -s -u \"app:\" 'https://api.weather-cloud.net'", vec![]),
        ("curl -s -u app:'$PASSWORD' https://api.weather-cloud.net", vec![]),
        ("curl -u \"$USER:$PASSWORD1\" https://api.weather-cloud.net", vec![]),
        ("curl -u user:password1 https://api.weather-cloud.net", vec![]),
        ("'Authorization': 'Basic YXBwOjdRbTJ4VnI5THBadA=='", vec!["chosen"]),
        ("'Authorization': 'Basic dXNlcjpwYXNzd29yZA=='", vec![]),
    ] {
        assert_eq!(kinds(text), expected, "{text}");
    }
}

#[test]
fn knows_the_values_of_telling_names() {
    for (text, kind) in [
        ("API_KEY = \"p8Zr3vKq0TnXw5LyB7sJd2Hf\"", "random"),
        ("API_KEY: str = \"p8Zr3vKq0TnXw5LyB7sJd2Hf\"", "random"),
        ("os.getenv(\"X_TOKEN\", \"p8Zr3vKq0TnXw5LyB7sJd2Hf\")", "random"),
        ("utils.GetEnvOrDefault(\"X_TOKEN\", \"p8Zr3vKq0TnXw5LyB7sJd2Hf\")", "random"),
        ("\"credentials\": \"p8Zr3vKq0TnXw5LyB7sJd2Hf\"", "random"),
        ("os.environ.get('DB_PASSWORD', 'p8Zr3vKq0TnXw5LyB7sJd2Hf')", "random"),
        ("os.environ[\"X_SECRET_KEY\"] = 'p8Zr3vKq0TnXw5LyB7sJd2Hf'", "random"),
        ("{\"clientSecret\": \"p8Zr3vKq0TnXw5LyB7sJd2Hf\"}", "random"),
        ("Client(api_key='p8Zr3vKq0TnXw5LyB7sJd2Hf')", "random"),
        ("export X_API_KEY=p8Zr3vKq0TnXw5LyB7sJd2Hf\n", "random"),
        ("  auth_token: p8Zr3vKq0TnXw5LyB7sJd2Hf\n", "random"),
        ("AWS_SECRET_ACCESS_KEY = 'q7Zr3vKq0TnXw5LyB7sJd2Hf/9cWm4TgPb1Ne8Ux'", "random"),
        ("password = \"Sommer-Haus24\"", "chosen"),
    ] {
        assert_eq!(kinds(text), [kind], "{text}");
    }
}

#[test]
fn other_values_are_no_secrets() {
    for text in [
        "API_KEY = os.environ['API_KEY']",
        "API_KEY = ''",
        "api_key = \"your-api-key\"",
        "api_key = \"${API_KEY}\"",
        "api_key = \"{{ api_key_0a1b2c3d4e5f }}\"",
        "api_key = f\"{prefix}p8Zr3vKq0TnXw5\"",
        "token = \"d41d8cd98f00b204e9800998ecf8427e\"",
        "token = \"550e8400-e29b-41d4-a716-446655440000\"",
        "token = \"da39a3ee5e6b4b0d3255bfef95601890afd80709\"",
        "secret = \"iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4\"",
        "password = r\"^[A-Za-z0-9]{8,32}$\"",
        "token_url = \"https://p8Zr3vKq0TnXw5LyB7sJd2Hf\"",
        "max_tokens = \"p8Zr3vKq0TnXw5LyB7sJd2Hf\"",
        "tokenizer = \"p8Zr3vKq0TnXw5LyB7sJd2Hf\"",
        "next_page_token = \"p8Zr3vKq0TnXw5LyB7sJd2Hf\"",
        "TEST_TOKEN = \"p8Zr3vKq0TnXw5LyB7sJd2Hf\"",
        "eos_token = \"<|endoftext|>\"",
        "PASSWORD = \"password123\"",
        "password: \"Passwort 24 eingeben\"",
        "[\"token\", \"p8Zr3vKq0TnXw5LyB7sJd2Hf\"]",
        "secret = \"projects/12345/secrets/db1/versions/2\"",
        "API_KEY = load(p8Zr3vKq0TnXw5LyB7sJd2Hf)",
    ] {
        assert_eq!(kinds(text), [""; 0], "{text}");
    }
}

#[test]
fn knows_passwords_of_urls() {
    for (text, expected) in [
        ("u = 'postgresql://app:7Qm2xVr9LpZt@db.weather-cloud.net/x'", Some("url")),
        ("redis://:7Qm2xVr9LpZt@cache.weather-cloud.net:6379", Some("url")),
        ("[[tool.uv.index]]\nurl = \"https://r:7Qm2xVr9LpZt@pypi.weather-cloud.net/simple\"", Some("index")),
        ("[tool.uv]\nindex = [{ url = \"https://r:7Qm2xVr9LpZt@pypi.weather-cloud.net\" }]", Some("index")),
        ("--extra-index-url https://r:7Qm2xVr9LpZt@pypi.weather-cloud.net/simple", Some("index")),
        ("[project.urls]\nx = \"https://r:7Qm2xVr9LpZt@www.weather-cloud.net\"", Some("url")),
        ("postgresql://app:7Qm2xVr9LpZt@172.104.3.9/x", Some("url")),
        ("postgresql://app:7Qm2xVr9LpZt@latest-db.weather-cloud.net/x", Some("url")),
        ("postgresql://app:7Qm2xVr9LpZt@db.weather.corp/x", Some("private url")),
        ("postgresql://app:7Qm2xVr9LpZt@localhost/x", None),
        ("postgresql://app:7Qm2xVr9LpZt@db/x", None),
        ("postgresql://app:7Qm2xVr9LpZt@192.168.1.4/x", Some("private url")),
        ("https://app:7Qm2xVr9LpZt@example.com", None),
        ("https://user:password@weather-cloud.net", None),
        ("https://user:password1234@weather-cloud.net", None),
        ("https://user:${PASSWORD1}@weather-cloud.net", None),
        ("https://{user}:{password}@weather-cloud.net", None),
        ("https://%s:%s@weather-cloud.net", None),
        ("https://user:not-re%40l12@weather-cloud.net", None),
        ("https://weather-cloud.net/a:7Qm2xVr9LpZt@b", None),
        ("https://token@weather-cloud.net", None),
    ] {
        assert_eq!(kinds(text), expected.into_iter().collect::<Vec<_>>(), "{text}");
    }
}

#[test]
fn knows_private_keys() {
    let body = format!("MIIE{}", all(240));
    let lines = body.as_bytes().chunks(64).map(|line| format!("{}\n", String::from_utf8_lossy(line)));
    let lines: String = lines.collect();
    for (text, expected) in [
        (format!("-----BEGIN RSA PRIVATE KEY-----\n{lines}-----END RSA PRIVATE KEY-----\n"), true),
        (
            format!(
                "\"-----BEGIN PRIVATE KEY-----\\n{}-----END PRIVATE KEY-----\"",
                lines.replace('\n', "\\n")
            ),
            true,
        ),
        (
            format!("-----BEGIN ENCRYPTED PRIVATE KEY-----\n{lines}-----END ENCRYPTED PRIVATE KEY-----\n"),
            false,
        ),
        (format!("-----BEGIN CERTIFICATE-----\n{lines}-----END CERTIFICATE-----\n"), false),
        (format!("-----BEGIN PUBLIC KEY-----\n{lines}-----END PUBLIC KEY-----\n"), false),
        ("-----BEGIN PRIVATE KEY-----\nMIIE...\n-----END PRIVATE KEY-----\n".to_owned(), false),
        ("-----BEGIN PRIVATE KEY-----\n{key}\n-----END PRIVATE KEY-----\n".to_owned(), false),
        (format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", "M".repeat(128)), false),
        ("if \"-----BEGIN RSA PRIVATE KEY-----\" in text:".to_owned(), false),
    ] {
        assert_eq!(kinds(&text), if expected { vec!["private key"] } else { Vec::new() }, "{text}");
    }
}

#[test]
fn what_says_more_stays() {
    let text = format!("FIRECRAWL_API_KEY = \"fc-{}\"", hex(32));
    assert_eq!(kinds(&text), ["Firecrawl"]);
}

#[test]
fn masks_leave_every_byte_in_its_place() {
    let key = hex(32);
    let text = format!("é = 1\nKEY = \"fc-{key}\"  # é\n");
    let shown = masked(&text, &scan(text.as_bytes()));
    assert_eq!(shown, format!("é = 1\nKEY = \"fc-{}\"  # é\n", "*".repeat(32)));
}

#[test]
fn bytes_that_are_no_text_are_passed_over() {
    let key = format!("KEY = \"fc-{}\"", hex(32));
    assert_eq!(scan(format!("\0{key}").as_bytes()).len(), 0);
    assert_eq!(scan(&[b"\xff\xfe", key.as_bytes()].concat()).len(), 1);
}

#[test]
fn a_hostile_line_costs_no_more_than_its_length() {
    // in quadratic time this never ends
    for unit in [
        "a",
        "ghp_ghp_ghp_",
        " ghp_",
        " pypi-AgEIcHlwaS5vcmc",
        "token=",
        "password='",
        "-----BEGIN PRIVATE KEY-----MIIB",
        "x://a:b1cdefgh@",
        "x://u:Zq82kd9WmX@a.io ",
        "1:AA",
        "'X_TOKEN', ",
        "getenv('X_TOKEN') or ",
        ",'X_TOKEN',",
        "--token ",
        "api_key: a[",
        "token=f(",
        "token=\"",
        "token=\\\"",
        "-token-",
        "&token=a",
        "?key=a",
        " eyJhbGciOiJIUzI1NiJ9.eyJh.",
        "eyJh",
        "Bearer a",
        "Basic YTpi",
        "curl -u a:",
        " -u ",
        " -u a:7Qm2xVr9",
        "&sig=7Qm2xVr9LpZt7Qm2xVr9LpZt",
        "<token>",
        "token: |\n",
        "name: X_TOKEN\n",
        "AKIA",
        "A",
    ] {
        let text = unit.repeat(1_000_000 / unit.len());
        assert!(scan(text.as_bytes()).len() <= MOST, "{unit}");
    }
}

proptest! {
    #[test]
    fn no_bytes_are_too_odd(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        for secret in scan(&bytes) {
            prop_assert!(secret.span.end as usize <= bytes.len());
        }
    }

    #[test]
    fn no_text_is_too_odd(parts in proptest::collection::vec(prop_oneof![
        Just("ghp_"), Just("token"), Just(" = "), Just("\""), Just("://"), Just("a:b@c.d"), Just("-----BEGIN "),
        Just("PRIVATE KEY-----"), Just("-----END "), Just("7Qm2xVr9LpZt4TgPb1Ne8Ux"), Just(":AA"), Just("8Q~"), Just("é"), Just("\n"), Just("'X_TOKEN', "), Just("getenv("), Just("\\"), Just("Field("), Just("default="), Just(" or "), Just(" if "), Just(" else "), Just("["), Just(")"), Just(","), Just("Bearer "), Just("Basic YTpi"), Just("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0."), Just("?key="), Just("curl -u "), Just("<"), Just(">"), Just("|"), Just("lambda:"), Just("\"\"\""),
    ], 0..30)) {
        let text = parts.concat();
        let secrets = scan(text.as_bytes());
        prop_assert_eq!(masked(&text, &secrets).len(), text.len());
        for pair in secrets.windows(2) {
            prop_assert!(pair[0].span.end <= pair[1].span.start);
        }
    }
}
