//! Who provides what, as a table.

use super::*;

fn declarations(required: &[&str], optional: &[&str], named: &[(&str, &str)]) -> Declarations {
    let parse = |text: &&str| Requirement::parse(text).expect("a valid requirement");
    Declarations {
        required: required.iter().map(parse).collect(),
        optional: optional.iter().map(|text| (parse(text), OptionalSet::Extra("web".to_owned()))).collect(),
        named: named.iter().map(|(module, by)| ((*module).to_owned(), (*by).to_owned())).collect(),
    }
}

fn told(answer: &Attribution) -> String {
    let words = match &answer.provider {
        ImportProvider::Declared { by } => return format!("declared {by}"),
        ImportProvider::Transitive { by, carrier, formerly: true } => format!("{by} with some {carrier}"),
        ImportProvider::Transitive { by, carrier, formerly: false } => return format!("{by} with {carrier}"),
        ImportProvider::OnlyInExtra { requirement, .. } => format!("extra {requirement}"),
        ImportProvider::Undeclared { suggestion } => format!("undeclared {suggestion}"),
        ImportProvider::Unknown => return "unknown".to_owned(),
    };
    if answer.certain { words } else { format!("perhaps {words}") }
}

#[test]
fn tells_who_provides_an_import() {
    for (module, required, answer) in [
        ("requests", &["requests>=2"][..], "declared requests"),
        ("requests.adapters", &["Requests"], "declared requests"),
        ("yaml", &["PyYAML"], "declared pyyaml"),
        ("PIL.Image", &["pillow"], "declared pillow"),
        ("cv2", &["opencv-python-headless"], "declared opencv-python-headless"),
        ("attr", &["attrs"], "declared attrs"),
        ("fastmcp", &["fastmcp"], "declared fastmcp"),
        ("mcp.server", &["mcp[cli]"], "declared mcp"),
        ("win32api", &["pywin32; sys_platform == 'win32'"], "declared pywin32"),
        ("acme_weather", &["acme.weather"], "declared acme-weather"),
        ("botocore.config", &["boto3"], "botocore with boto3"),
        ("socksio", &["httpx[socks]"], "socksio with httpx"),
        ("socksio", &["httpx"], "undeclared socksio"),
        ("certifi", &["requests"], "certifi with requests"),
        ("dotenv", &["uvicorn[standard]"], "python-dotenv with uvicorn"),
        ("dotenv", &["uvicorn"], "undeclared python-dotenv"),
        ("mcp", &["fastmcp"], "mcp with fastmcp"),
        ("httpx", &["mcp"], "httpx with some mcp"),
        ("httpx", &["mcp<2"], "httpx with some mcp"),
        ("httpx", &["fastmcp"], "httpx with some fastmcp"),
        ("httpx", &["fastmcp<4"], "httpx with some fastmcp"),
        ("httpx", &["mcp", "awslabs-mysql-mcp-server"], "httpx with mcp"),
        ("httpx", &["mcp", "tavily-python"], "httpx with tavily-python"),
        ("httpx", &["mcp", "acme-weather"], "httpx with mcp"),
        ("requests", &[], "undeclared requests"),
        ("requests", &["mcp"], "undeclared requests"),
        ("requests", &["mcp", "acme-weather"], "perhaps undeclared requests"),
        ("sklearn.svm", &["numpy"], "undeclared scikit-learn"),
        ("yaml", &["types-pyyaml"], "undeclared pyyaml"),
        ("yaml", &["acme-yaml"], "unknown"),
        ("docx", &["acme-python-docx"], "unknown"),
        ("mypy_boto3_s3", &["boto3-stubs[s3]"], "unknown"),
        ("google.cloud.storage", &["google-cloud-storage"], "declared google-cloud-storage"),
        ("google.protobuf", &["google-cloud-storage"], "declared google-cloud-storage"),
        ("google.protobuf", &["protobuf"], "declared protobuf"),
        ("google.auth", &["mcp"], "unknown"),
        ("azure.identity", &["azure-core"], "declared azure-core"),
        ("ruamel.yaml", &["ruamel.yaml"], "declared ruamel-yaml"),
        ("opentelemetry.sdk", &["mcp"], "declared opentelemetry-api"),
        ("bpy", &["mcp"], "unknown"),
        ("utils", &["mcp"], "unknown"),
        ("", &["mcp"], "unknown"),
    ] {
        let found = provider(module, &declarations(required, &[], &[]));
        assert_eq!(told(&found), answer, "{module} of {required:?}");
    }
}

#[test]
fn an_extra_is_the_last_to_be_asked() {
    for (module, required, optional, answer) in [
        ("requests", &["mcp"][..], &["requests>=2"][..], "extra requests>=2"),
        ("requests", &["acme-weather"], &["requests"], "perhaps extra requests"),
        ("requests", &["requests"], &["requests"], "declared requests"),
        ("requests", &["tiktoken"], &["requests"], "requests with tiktoken"),
        ("google.cloud.storage", &["mcp"], &["google-cloud-storage"], "extra google-cloud-storage"),
        ("yaml", &["mcp"], &["acme-yaml"], "undeclared pyyaml"),
    ] {
        let found = provider(module, &declarations(required, optional, &[]));
        assert_eq!(told(&found), answer, "{module} of {required:?} and {optional:?}");
    }
}

#[test]
fn the_project_knows_best() {
    let named = [("acme", "acme-sdk"), ("acme.traffic", "acme-traffic"), ("yaml", "acme-yaml")];
    for (module, required, answer) in [
        ("acme", &["acme-sdk"][..], "declared acme-sdk"),
        ("acme.weather", &["acme-sdk"], "declared acme-sdk"),
        ("acmeweather", &["acme-sdk"], "unknown"),
        ("acme.traffic.jam", &["acme-sdk"], "perhaps undeclared acme-traffic"),
        ("yaml", &["pyyaml"], "undeclared acme-yaml"),
        ("yaml", &["acme-yaml"], "declared acme-yaml"),
    ] {
        let found = provider(module, &declarations(required, &[], &named));
        assert_eq!(told(&found), answer, "{module} of {required:?}");
    }
}
