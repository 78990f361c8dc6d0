//! The keys of providers that say whose they are: what each begins with, and how it goes on.
//!
//! Written by hand from what the providers document and from the keys that they hand out. Only what its form alone
//! convicts is here: not the bare 32 hexadecimal digits that many hand out, and no identifier that is a name rather
//! than a key, such as Twilio's `SK...` and `AC...`.

/// What may be done with a key by whoever reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grade {
    /// It opens something.
    Secret,
    /// It is made to be read, or often is: what identifies a page, an app or a project.
    Publishable,
}

/// The form of a provider's keys.
#[derive(Debug)]
pub struct Provider {
    /// Who hands them out.
    pub name: &'static str,
    /// What they begin with. A `|` stands before the four bytes that are rarest, where those are not the first four.
    pub prefix: &'static str,
    /// How they go on, parts with a blank between: an alphabet and how many of it, as in `a36` or `w20-40`; a literal
    /// after `'`; after `~`, what a run of the alphabet must hold somewhere: `w40-200~T3BlbkFJ`.
    ///
    /// Alphabets: `d` digits, `h` hexadecimal, `l` letters, `n` lower case and digits, `u` upper case and digits, `a`
    /// letters and digits, `w` those with `_` and `-`, `t` those with `=` too, `s` those with `.` and `~` too, `b` base64
    /// with its `=`; `c` is `a` with a CRC-32 for its last six.
    pub body: &'static str,
    /// What stands before the prefix, in the same words.
    pub before: Option<&'static str>,
    /// What may be done with them.
    pub grade: Grade,
}

const fn secret(name: &'static str, prefix: &'static str, body: &'static str) -> Provider {
    Provider { name, prefix, body, before: None, grade: Grade::Secret }
}

const fn publishable(name: &'static str, prefix: &'static str, body: &'static str) -> Provider {
    Provider { name, prefix, body, before: None, grade: Grade::Publishable }
}

/// Every form that is known, in order of the providers' names.
pub static PROVIDERS: &[Provider] = &[
    secret("1Password", "ops_eyJ", "b250-900"),
    secret("age", "AGE-SECRET-KEY-1", "u58"),
    secret("Airtable", "pat", "a14 '. h64"),
    secret("Anthropic", "sk-ant-api", "d2 '- w93 'AA"),
    secret("Anthropic", "sk-ant-admin", "d2 '- w93 'AA"),
    secret("Anthropic", "sk-ant-oat", "d2 '- w93 'AA"),
    secret("Anthropic", "sk-ant-ort", "d2 '- w93 'AA"),
    secret("Apify", "apify_api_", "a36"),
    secret("Atlassian", "ATATT3", "t180-220"),
    secret("AWS", "AKIA", "u16"),
    secret("AWS Bedrock", "ABSK", "b109-269"),
    Provider { before: Some("s3"), ..secret("Azure", "8Q~", "s31-34") },
    Provider { before: Some("s3"), ..secret("Azure", "7Q~", "s31-34") },
    secret("Azure Storage", "Accoun|tKey=", "b88"),
    secret("Brave", "BSA", "w28"),
    secret("Brevo", "xkeysib-", "h64 '- a16"),
    secret("Browserbase", "bb_live_", "w27"),
    secret("Cerebras", "csk-", "n48"),
    secret("ClickUp", "pk_", "d6-10 '_ u32"),
    secret("Cloudflare", "v1.0-", "h24 '- h146"),
    secret("Contentful", "CFPAT-", "w43"),
    secret("Databricks", "dapi", "h32"),
    secret("DeepSeek or DashScope", "sk-", "h32"),
    secret("DigitalOcean", "dop_v1_", "h64"),
    secret("DigitalOcean", "doo_v1_", "h64"),
    secret("DigitalOcean", "dor_v1_", "h64"),
    secret("Discord", "discord.com/api/we|bhooks/", "d17-20 '/ w60-80"),
    secret("Docker Hub", "dckr_pat_", "w27"),
    secret("Doppler", "dp.pt.", "a40-44"),
    secret("Dynatrace", "dt0c01.", "u24 '. u64"),
    secret("E2B", "e2b_", "h40"),
    secret("ElevenLabs", "sk_", "h48"),
    secret("Figma", "figd", "w41"),
    secret("Firecrawl", "fc-", "h32"),
    secret("Fly.io", "fo1_", "w43"),
    secret("GitHub", "ghp_", "c36"),
    secret("GitHub", "gho_", "c36"),
    secret("GitHub", "ghu_", "c36"),
    secret("GitHub", "ghs_", "c36"),
    secret("GitHub", "ghr_", "c76"),
    secret("GitHub", "github_pat_", "a22 '_ a59"),
    secret("GitLab", "glpat-", "w20"),
    secret("GitLab", "glpat-", "w27-300 '. n2 n7"),
    secret("GitLab", "glptt-", "h40"),
    secret("GitLab", "gldt-", "w20"),
    secret("GitLab", "glrt-", "w20"),
    secret("GitLab", "gloas-", "w64"),
    secret("GitLab", "glagent-", "w50"),
    secret("GitLab", "glsoat-", "w20"),
    publishable("Google", "AIza", "w35"),
    publishable("Google", "GOCSPX-", "w28"),
    secret("Grafana", "glsa_", "a32 '_ h8"),
    secret("Grafana", "glc_", "b60-400"),
    secret("Groq", "gsk_", "a52~WGdyb3FY"),
    Provider { before: Some("a14"), ..secret("HashiCorp", ".atlasv1.", "w60-70") },
    secret("HashiCorp Vault", "hvs.", "w90-120"),
    secret("HashiCorp Vault", "hvb.", "w138-300"),
    secret("Heroku", "HRKU-AA", "w58"),
    secret("HubSpot", "pat-na1-", "h8 '- h4 '- h4 '- h4 '- h12"),
    secret("HubSpot", "pat-eu1-", "h8 '- h4 '- h4 '- h4 '- h12"),
    secret("Hugging Face", "hf_", "l34"),
    secret("Hugging Face", "ap|i_org_", "l34"),
    secret("Jina", "jina_", "w60"),
    secret("Langfuse", "sk-lf-", "h8 '- h4 '- h4 '- h4 '- h12"),
    publishable("Langfuse", "pk-lf-", "h8 '- h4 '- h4 '- h4 '- h12"),
    secret("LangSmith", "lsv2_pt_", "h32 '_ h10"),
    secret("LangSmith", "lsv2_sk_", "h32 '_ h10"),
    secret("Linear", "lin_api_", "a40"),
    secret("Linear", "lin_oauth_", "h64"),
    secret("Mailgun", "key-", "h32"),
    secret("Mapbox", "sk.eyJ", "w40-200 '. w22"),
    publishable("Mapbox", "pk.eyJ", "w40-200 '. w22"),
    secret("Neon", "napi", "'_ n64"),
    secret("New Relic", "NRAK", "'- u27"),
    secret("Notion", "ntn_", "d11 a35"),
    secret("Notion", "secret_", "a43"),
    secret("npm", "npm_", "c36"),
    secret("NVIDIA", "nvapi-", "w64"),
    secret("OpenAI", "sk-", "w48-200~T3BlbkFJ"),
    secret("OpenRouter", "sk-or-v1-", "h64"),
    secret("Perplexity", "pplx-", "a48"),
    secret("Pinecone", "pcsk_", "a5-6 '_ a63"),
    secret("PlanetScale", "pscale_tkn_", "w32-64"),
    secret("PlanetScale", "pscale_pw_", "w32-64"),
    secret("PostHog", "phx_", "a43-48"),
    publishable("PostHog", "phc_", "a43-48"),
    secret("Postman", "PMAK", "'- h24 '- h34"),
    secret("Prefect", "pnu_", "a36"),
    secret("Pulumi", "pul-", "h40"),
    secret("PyPI", "pypi-AgEIcHlwaS5vcmc", "w50-1000"),
    secret("PyPI", "pypi-AgENdGVzdC5weXBpLm9yZw", "w50-1000"),
    secret("ReadMe", "rdme_", "n70"),
    secret("Replicate", "r8_", "a37"),
    secret("RubyGems", "rubygems_", "h48"),
    secret("SendGrid", "SG.", "w22 '. w43"),
    secret("Sentry", "sntryu_", "h64"),
    secret("Sentry", "sntrys_eyJ", "b80-400 '_ b43"),
    secret("Shippo", "shippo_live_", "h40"),
    secret("Shopify", "shpat_", "h32"),
    secret("Shopify", "shpca_", "h32"),
    secret("Shopify", "shppa_", "h32"),
    secret("Shopify", "shpss_", "h32"),
    secret("Slack", "xoxb", "'- d10-13 '- d10-13 '- a24"),
    secret("Slack", "xoxp", "'- d10-13 '- d10-13 '- d10-13 '- h32"),
    secret("Slack", "xapp", "'- d1 '- u9-12 '- d10-13 '- h64"),
    secret("Slack", "hooks.|slack.com/services/T", "u8-11 '/B u8-11 '/ a24"),
    secret("Sourcegraph", "sgp_", "h16 '_ h40"),
    secret("Sourcegraph", "sgp_", "h40"),
    secret("Square", "sq0csp-", "w43"),
    secret("Square", "sq0atp-", "w22"),
    secret("Stripe", "sk_live_", "a24-120"),
    secret("Stripe", "rk_live_", "a24-120"),
    publishable("Stripe", "pk_live_", "a24-120"),
    secret("Stripe", "whsec_", "a32"),
    secret("Supabase", "sbp_", "h40"),
    secret("Supabase", "sb_secret_", "w31"),
    publishable("Supabase", "sb_publishable_", "w31"),
    secret("Tavily", "tvly-dev-", "w32-52"),
    secret("Tavily", "tvly-prod-", "w32-52"),
    secret("Tavily", "tvly-", "a32"),
    Provider { before: Some("d8-10"), ..secret("Telegram", ":AA", "w33") },
    secret("xAI", "xai-", "a80"),
];

/// Keys that the providers themselves show in their documentation, or that everybody has.
pub const SHOWN: &[&str] = &[
    // the storage emulator's
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
    "4839574812:AAFD39kkdpWt3ywyRZergyOLMaJhac60qc",
    "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
    "AIzaSyDaGmWKa4JsXZ-HjGw7ISLn_3namBGewQe",
    "AKIAI44QH8DHBEXAMPLE",
    "AKIAIOSFODNN7EXAMPLE",
];
