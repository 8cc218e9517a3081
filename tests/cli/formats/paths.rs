//! The names of files in reports.

use serde_json::Value;

use super::text;
use crate::cli::{Folder, kenarc};

/// Returns the location of the only finding in each format, for a run in the folder `bots` of the repository.
fn places(variables: &[(&str, &str)], argument: &str) -> Vec<String> {
    let folder = Folder::with("bots/templates/a.yaml", "message: x\ncolour: red\n");
    let root = folder.path("").canonicalize().unwrap();
    let run = |format: &str| {
        let argument = argument.replace("ROOT", root.to_str().unwrap());
        let mut command = kenarc(&root.join("bots"));
        command.args(["check", "--quiet", "--format", format, &argument]);
        command.envs(variables.iter().map(|(name, value)| (name, value.replace("ROOT", root.to_str().unwrap()))));
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    let json = |format: &str| serde_json::from_str::<Value>(&run(format)).unwrap();
    let between = |text: &str, before: &str, after: char| {
        text.split_once(before).unwrap().1.split(after).next().unwrap().to_owned()
    };
    let sarif = &json("sarif")["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
    vec![
        between(&run("github"), "::error file=", ','),
        text(&json("gitlab")[0]["location"]["path"]).to_owned(),
        text(&sarif["uri"]).to_owned(),
        between(&run("junit"), "<testsuite name=\"", '"'),
    ]
}

#[test]
fn files_are_named_by_their_paths_in_the_repository() {
    let github = [("GITHUB_ACTIONS", "true"), ("GITHUB_WORKSPACE", "ROOT")];
    let gitlab = [("GITLAB_CI", "true"), ("CI_PROJECT_DIR", "ROOT")];
    for argument in ["templates", "./templates/a.yaml", "../bots/templates/", "ROOT/bots/templates"] {
        assert_eq!(places(&[], argument), ["templates/a.yaml"; 4], "{argument}");
        assert_eq!(places(&github, argument), ["bots/templates/a.yaml"; 4], "{argument}");
        assert_eq!(places(&gitlab, argument), ["bots/templates/a.yaml"; 4], "{argument}");
    }
}

#[test]
fn files_outside_of_the_repository_keep_their_full_paths() {
    let elsewhere = Folder::with("a b.yaml", "message: x\ncolour: red\n");
    let path = elsewhere.path("a b.yaml");
    let uri = url::Url::from_file_path(&path).unwrap().to_string();
    let path = path.to_str().unwrap();
    assert_eq!(places(&[], path), [path, path, &uri, path]);
    assert!(uri.starts_with("file:///") && uri.ends_with("/a%20b.yaml"));
}
