use super::*;
use crate::program::ScriptTarget;
use crate::program::tests::started;

fn environment(files: &[(&str, &str)]) -> Environment {
    let main = ScriptTarget { module: "pkg.server".to_owned(), attributes: vec!["main".to_owned()] };
    read(&started(files, &["pkg.server"], &[main]))
}

/// The variables of `pkg/server.py`: `!` behind one that is required, `*` behind a secret, `=` before a default, and `…`
/// where there may be others.
fn told(text: &str) -> String {
    let helper = "NAME = 'FAR'\n\nclass Part:\n    x: int\n";
    let files = [("pkg/__init__.py", ""), ("pkg/const.py", helper), ("pkg/server.py", text)];
    shown(&environment(&files))
}

fn shown(environment: &Environment) -> String {
    let one = |read: &Read| {
        let (required, secret) = (if read.required { "!" } else { "" }, if read.secret { "*" } else { "" });
        let default = read.default.as_ref().map(|default| format!("={default}")).unwrap_or_default();
        format!("{}{required}{secret}{default}", read.name)
    };
    let open = environment.open.then(|| "…".to_owned());
    environment.reads.iter().map(one).chain(open).collect::<Vec<_>>().join(" ")
}

#[test]
fn reads_what_the_standard_library_asks_for() {
    for (text, expected) in [
        ("import os\nA = os.environ['A']\ndef main(): ...", "A!"),
        ("import os\ndef main():\n    return os.environ['A']", "A!"),
        ("import os\ndef main(): ...\ndef tool():\n    return os.environ['A']", "A"),
        ("import os\ndef main():\n    x = os.environ.get('A', 'b') + os.getenv('C')", "A=b C"),
        ("import os\ndef main():\n    x = os.getenv(key='A', default='b')", "A=b"),
        ("from os import environ as e, getenv\ndef main():\n    e['A'], getenv('B')", "A! B"),
        ("import os\ndef main():\n    os.environ.pop('A'), os.environ.pop('B', None)", "A! B"),
        ("import os\ndef main():\n    if 'A' in os.environ:\n        os.environ['A']", "A"),
        ("import os\ndef main():\n    os.environ.setdefault('A', 'x')\n    os.environ['A']", "A=x"),
        ("import os\nos.environ['A'] = '1'\ndef main(): ...", ""),
        ("import os\nos.environ['A'] = '1'\ndef main():\n    os.environ['A']", "A"),
        ("import os\nN = 'A'\ndef main():\n    os.environ[N], os.getenv(N)", "A!"),
        ("import os\nfrom .const import NAME\ndef main():\n    os.getenv(NAME)", "FAR"),
        ("import os\nfrom .const import *\ndef main():\n    os.getenv(NAME)", "FAR"),
        ("import os\nfrom . import const\ndef main():\n    os.environ[const.NAME]", "FAR!"),
        ("import os\ndef main():\n    os.getenv('HOME'), os.getenv('FASTMCP_PORT')", ""),
        ("import os\nif __name__ == '__main__':\n    os.environ['A']\ndef main(): ...", ""),
        ("import os\ndef main():\n    f = lambda: os.environ['A']", "A"),
        ("import os\ndef main():\n    os.environ['WEATHER_API_KEY']", "WEATHER_API_KEY!*"),
        ("from os import environ\ndef main(environ):\n    environ['A']", ""),
    ] {
        assert_eq!(told(text), expected, "{text}");
    }
}

#[test]
fn what_is_not_certain_is_not_required() {
    for (text, expected) in [
        ("import os\ndef main(x=0):\n    if x:\n        return 1\n    os.environ['A']", "A"),
        ("import os\ndef main(x=0):\n    return os.environ['A'] if x else 1", "A"),
        ("import os\ndef main(x=0):\n    os.getenv('B') or os.environ['A']", "A B"),
        (
            "import os\ndef main():\n    try:\n        os.environ['A']\n    except KeyError:\n        pass",
            "A",
        ),
        (
            "import os\ndef main():\n    try:\n        os.environ['A']\n    except KeyError:\n        raise",
            "A!",
        ),
        (
            "import os, sys\ndef main():\n    try:\n        run()\n    except Exception:\n        sys.exit(1)\ndef run():\n    os.environ['A']",
            "A!",
        ),
        (
            "import os\ndef main():\n    try:\n        run()\n    except Exception:\n        print(1)\ndef run():\n    os.environ['A']",
            "A",
        ),
        (
            "import os\nfrom contextlib import suppress\ndef main():\n    with suppress(KeyError):\n        os.environ['A']",
            "A",
        ),
        ("import os\ndef main():\n    with open('x') as f:\n        os.environ['A']", "A!"),
    ] {
        assert_eq!(told(text), expected, "{text}");
    }
}

#[test]
fn what_the_start_gives_up_without_is_required() {
    for (text, expected) in [
        ("import os\nA = os.getenv('A')\nif not A:\n    raise ValueError('A')\ndef main(): ...", "A!"),
        (
            "import os\nA: str | None = os.getenv('A')\nif A is None:\n    raise ValueError\ndef main(): ...",
            "A!",
        ),
        (
            "import os, sys\nA = os.environ.get('A', '')\ndef main():\n    if not A:\n        print('A')\n        sys.exit(1)",
            "A!",
        ),
        (
            "import os\nA = os.getenv('A')\nB = os.getenv('B')\nif not A or not B:\n    raise ValueError\ndef main(): ...",
            "A! B!",
        ),
        (
            "import os\nA = os.getenv('A')\nB = os.getenv('B')\nif not all([A, B]):\n    raise ValueError\ndef main(): ...",
            "A! B!",
        ),
        (
            "import os\nA = os.getenv('A')\nB = os.getenv('B')\nif not (A and B):\n    raise ValueError\ndef main(): ...",
            "A! B!",
        ),
        (
            "import os\nA = os.getenv('A')\nB = os.getenv('B')\nif not A and not B:\n    raise ValueError\ndef main(): ...",
            "A B",
        ),
        (
            "import os\nA = os.getenv('A')\nB = os.getenv('B')\nif not (A or B):\n    raise ValueError\ndef main(): ...",
            "A B",
        ),
        ("import os\nif not os.getenv('A'):\n    raise ValueError\ndef main(): ...", "A!"),
        ("import os\nif 'A' not in os.environ:\n    raise ValueError\ndef main(): ...", "A!"),
        ("import os\nA = os.getenv('A')\nassert A\ndef main(): ...", "A!"),
        ("import os\nA = os.getenv('A')\nassert A, 'set A'\ndef main(): ...", "A!"),
        ("import os\nA = os.getenv('A', 'x')\nif not A:\n    raise ValueError\ndef main(): ...", "A=x"),
        (
            "import os\nA = os.getenv('A')\nif not A:\n    A = 'x'\nif not A:\n    raise ValueError\ndef main(): ...",
            "A",
        ),
        ("import os\nA = os.getenv('A')\nif A:\n    raise ValueError\ndef main(): ...", "A"),
        ("import os\nA = os.getenv('A')\nif not A:\n    print(1)\ndef main(): ...", "A"),
        (
            "import os\nA = os.getenv('A')\ndef main(): ...\ndef tool():\n    if not A:\n        raise ValueError",
            "A",
        ),
        ("import os\nA = os.getenv('A')\nif x and not A:\n    raise ValueError\ndef main(): ...", "A"),
        ("import os\nA = os.getenv('A')\nif not A or x:\n    raise ValueError\ndef main(): ...", "A!"),
    ] {
        assert_eq!(told(text), expected, "{text}");
    }
}

#[test]
fn names_that_the_text_does_not_tell_leave_it_open() {
    for (text, expected) in [
        ("import os\ndef main(x=0):\n    os.environ[x]", "…"),
        ("import os\ndef main(x=0):\n    os.getenv(f'A_{x}')", "…"),
        ("import os\ndef main():\n    env = dict(os.environ)", "…"),
        ("import os\ndef main():\n    env = os.environ.copy()", "…"),
        ("import os\ndef main():\n    get = os.getenv", "…"),
        ("import os\ndef main(x=0):\n    os.environ[x] = '1'\n    os.environ.update(a='b')", ""),
        ("import click\n@click.command(context_settings={'auto_envvar_prefix': 'A'})\ndef main(): ...", "…"),
        (
            "import environs\nenv = environs.Env()\ndef main():\n    with env.prefixed('A_'):\n        env('B')",
            "…",
        ),
        ("from os import environ\ndef main(x: environ = 1): ...", ""),
    ] {
        assert_eq!(told(text), expected, "{text}");
    }
}

#[test]
fn reads_options_and_libraries_for_settings() {
    for (text, expected) in [
        ("import click\n@click.command()\n@click.option('--a', envvar='A')\ndef main(a): ...", "A"),
        (
            "import click\n@click.command()\n@click.option('--a', required=True, envvar=['A', \"B_TOKEN\"])\ndef main(a): ...",
            "A B_TOKEN*",
        ),
        ("import typer\ndef main(a: str = typer.Option('x', envvar='A')): ...", "A"),
        ("import typer\ndef main(a: str = typer.Option('x', envvar=[N])): ...", "…"),
        (
            "import environs\nenv = environs.Env()\nenv.read_env('x')\nA = env('A')\nB = env.int('B', 1)\ndef main(): ...",
            "A! B",
        ),
        ("from environs import Env\nenv = Env()\ndef main():\n    env.str('A', default='x')", "A=x"),
        ("from environs import Env\nenv = Env(prefix='W_')\nA = env('A')\ndef main(): ...", "…"),
        ("from environs import env\nA = env('A')\ndef main(): ...", "…"),
        ("import environ\nenv = environ.Env(A=(bool, False))\nA = env('A')\ndef main(): ...", "…"),
        (
            "from starlette.config import Config\nc = Config('.env', env_prefix='W_')\nA = c('A')\ndef main(): ...",
            "…",
        ),
        ("import os\nA = os.path.expandvars('$A')\ndef main(): ...", "…"),
        ("from dynaconf import Dynaconf\nA = Dynaconf().a\ndef main(): ...", "…"),
        (
            "from decouple import config\nA = config('A')\nB = config('B', default='x', cast=str)\ndef main(): ...",
            "A! B=x",
        ),
        (
            "from starlette.config import Config\nconfig = Config('.env')\nA = config('A', cast=bool, default=False)\ndef main(): ...",
            "A",
        ),
    ] {
        assert_eq!(told(text), expected, "{text}");
    }
}

#[test]
fn reads_the_fields_of_settings_classes() {
    let head = "from pydantic import AliasChoices, Field, SecretStr\nfrom pydantic_settings import BaseSettings, SettingsConfigDict\n";
    for (text, expected) in [
        (
            "class S(BaseSettings):\n    a: str\n    b: int = 1\n    _c: str\n    D: str = 'x'\nS()\ndef main(): ...",
            "A! B D=x",
        ),
        ("class S(BaseSettings):\n    a: str\ndef main():\n    S()", "A!"),
        ("class S(BaseSettings):\n    a: str\ndef main():\n    load()\ndef load():\n    return S()", "A!"),
        ("class S(BaseSettings):\n    a: str\ndef main(): ...", "A"),
        ("class S(BaseSettings):\n    a: str\ndef main():\n    S(a='1')", "A"),
        ("class S(BaseSettings):\n    a: str\ndef main(x):\n    if x:\n        S()", "A"),
        (
            "class S(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix='W_', env_file='.env')\n    key: SecretStr\nS()\ndef main(): ...",
            "W_KEY!*",
        ),
        (
            "class S(BaseSettings):\n    key: SecretStr = SecretStr('')\n    pin: SecretStr | None = None\nS()\ndef main(): ...",
            "KEY* PIN*",
        ),
        (
            "class S(BaseSettings):\n    a: str\n    class Config:\n        env_prefix = 'w_'\nS()\ndef main(): ...",
            "W_A!",
        ),
        (
            "class S(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix='W_')\n    a: str = Field(..., alias='X')\n    b: str = Field('y', description='z')\n    c: str = Field(description='z')\nS()\ndef main(): ...",
            "W_B=y W_C! X!",
        ),
        (
            "class S(BaseSettings):\n    a: str = Field(validation_alias=AliasChoices('X', 'Y'))\n    b: list = Field(default_factory=list)\nS()\ndef main(): ...",
            "B X Y",
        ),
        (
            "class B(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix='W_')\n    a: str\nclass S(B):\n    b: str\nS()\ndef main(): ...",
            "W_A! W_B!",
        ),
        (
            "from .const import Part\nclass S(BaseSettings):\n    a: Part\n    b: Part | None = None\n    c: str\nS()\ndef main(): ...",
            "C! …",
        ),
        (
            "class S(BaseSettings):\n    model_config = SettingsConfigDict({'env_prefix': 'W_'})\n    a: str\nS()\ndef main(): ...",
            "…",
        ),
        (
            "class S(BaseSettings):\n    model_config = SettingsConfigDict(secrets_dir='/run')\n    a: str\nS()\ndef main(): ...",
            "A",
        ),
        (
            "class S(BaseSettings):\n    model_config = {'env_prefix': 'W_'}\n    a: str\nS()\ndef main(): ...",
            "…",
        ),
        (
            "class S(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix=x())\n    a: str\nS()\ndef main(): ...",
            "…",
        ),
        (
            "class S(BaseSettings):\n    model_config = SettingsConfigDict(cli_parse_args=True)\n    a: str\nS()\ndef main(): ...",
            "A",
        ),
        (
            "class S(BaseSettings):\n    a: str\n    @classmethod\n    def settings_customise_sources(cls): ...\nS()\ndef main(): ...",
            "…",
        ),
        (
            "class S(BaseSettings):\n    a: str\ntry:\n    S()\nexcept ValueError:\n    pass\ndef main(): ...",
            "A",
        ),
        ("class S:\n    a: str\nS()\ndef main(): ...", ""),
    ] {
        assert_eq!(told(&format!("{head}{text}")), expected, "{text}");
    }
}

#[test]
fn only_what_scripts_reach_is_read() {
    let files = [
        ("pkg/__init__.py", ""),
        ("pkg/server.py", "from . import used\ndef main(): ..."),
        ("pkg/used.py", "import os\nA = os.environ['USED']"),
        ("pkg/other.py", "import os\nA = os.environ['OTHER']"),
    ];
    assert_eq!(shown(&environment(&files)), "USED!");
    assert_eq!(shown(&read(&started(&files, &["pkg.server", "pkg.other"], &[]))), "");
}

#[test]
fn every_script_has_to_need_it() {
    let files = [
        ("pkg/__init__.py", ""),
        ("pkg/server.py", "import os\ndef main():\n    os.environ['A']\ndef version(): ..."),
    ];
    let entry =
        |name: &str| ScriptTarget { module: "pkg.server".to_owned(), attributes: vec![name.to_owned()] };
    assert_eq!(shown(&read(&started(&files, &["pkg.server"], &[entry("main"), entry("main")]))), "A!");
    assert_eq!(shown(&read(&started(&files, &["pkg.server"], &[entry("main"), entry("version")]))), "A");
}

#[test]
fn the_lack_that_ends_the_start_comes_first() {
    let text = "import os\ndef tool():\n    os.getenv('A')\ndef main():\n    os.environ['A']";
    let environment = environment(&[("pkg/__init__.py", ""), ("pkg/server.py", text)]);
    let places: Vec<_> =
        environment.variable("A").unwrap().places.iter().map(|place| place.span.unwrap().start).collect();
    let at = |needle: &str| u32::try_from(text.rfind(needle).unwrap()).unwrap();
    assert_eq!(places, [at("'A']"), at("'A')")]);
}

#[test]
fn declarations_go_before_what_is_read() {
    let text = "[[tool.mcp-backend.env]]\nname = 'B'\nsecret = true\n[[tool.mcp-backend.env]]\nname = 'C'\nrequired = true\n";
    let declared = crate::project::read(text.as_bytes().to_vec()).settings.env;
    let reads = environment(&[
        ("pkg/__init__.py", ""),
        ("pkg/server.py", "import os\ndef main():\n    os.environ['A'], os.environ['B']"),
    ]);
    let variable = |name: &str, required, secret| Variable { name: name.to_owned(), required, secret };
    assert_eq!(
        contract(&declared, &reads.reads),
        [variable("A", true, false), variable("B", false, true), variable("C", true, false)]
    );
}
