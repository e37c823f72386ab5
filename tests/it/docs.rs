//! Pages that are made from the code are what the code says.

use headwater::domain::filter::fields;
use headwater::domain::rules_file::schema;
use headwater::server::config;
use headwater::server::rest::openapi::ApiDescription;
use std::path::Path;
use utoipa::OpenApi;

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

#[test]
fn the_readme_holds_the_table_of_settings() {
    let readme = read("README.md");
    let (_, rest) = readme.split_once("<!-- configuration -->").unwrap();
    let (table, _) = rest.split_once("<!-- /configuration -->").unwrap();
    assert_eq!(table.trim(), config::markdown().trim(), "run: headwater docs configuration");
}

#[test]
fn the_page_of_fields_is_the_table_of_fields() {
    assert_eq!(read("docs/fields.md"), fields::markdown(), "run: headwater docs fields > docs/fields.md");
}

#[test]
fn the_published_schema_is_the_one_that_is_served() {
    assert_eq!(read("docs/rules.schema.json"), schema::text(), "run: headwater docs schema > docs/rules.schema.json");
}

#[test]
fn every_route_of_the_contract_is_described() {
    let described = ApiDescription::openapi();
    let startup = read("src/startup.rs");
    let routes = startup.split("\"/").skip(1).filter_map(|rest| rest.split('"').next()).map(|path| format!("/{path}"));
    let contract: Vec<String> = routes
        .filter(|path| {
            (path.starts_with("/api/") && !path.starts_with("/api/docs") && path != "/api/openapi.json")
                || path.ends_with("z")
        })
        .collect();
    assert!(contract.len() >= 12, "{contract:?}");
    for path in contract {
        assert!(described.paths.paths.contains_key(&path), "{path} is not described");
    }
}
