//! `kenarc.yaml`, and the flags that override it.

use crate::cli::{Folder, Run, words};

/// An error of `unknown-field` and a warning of `misspelt-icon`.
const MIXED: &str = "message: x\ncolour: red\n\
    sender_buttons: [[{ icon: REAL_STATE, caption: x, open_post_page: { post_token: t } }]]\n";
const NEW_ICON: &str =
    "message: x\nsender_buttons: [[{ icon: SPACE_SHUTTLE, caption: x, open_post_page: { post_token: t } }]]\n";

fn check(folder: &Folder, arguments: &str) -> Run {
    folder.kenarc(words("check --format concise --quiet").chain(words(arguments)))
}

/// Returns the rules that found something, with their severities, of a template that is checked with a configuration
/// and flags.
fn found(template: &str, config: &str, flags: &str) -> (i32, Vec<String>) {
    let folder = Folder::with("templates/a.yaml", template).and("kenarc.yaml", config);
    let run = check(&folder, flags);
    assert_eq!(run.stderr, "", "{run}");
    let what = |line: &str| line.split(' ').nth(1).unwrap().trim_end_matches(':').to_owned();
    (run.status, run.stdout.lines().map(what).collect())
}

/// Returns a run of any command in a folder below the one with the configuration.
fn below(folder: &Folder, path: &str, arguments: &str) -> Run {
    Run::of(crate::cli::kenarc(&folder.path(path)).args(words(arguments)))
}

mod rules {
    use super::*;

    #[test]
    fn the_configuration_sets_levels() {
        let set = |config| found(MIXED, config, "");
        assert_eq!(set(""), (1, vec!["error[unknown-field]".into(), "warning[misspelt-icon]".into()]));
        assert_eq!(set("rules: { unknown-field: off }"), (0, vec!["warning[misspelt-icon]".into()]));
        assert_eq!(
            set("rules:\n  unknown-field: warning\n  'misspelt-icon': \"error\"\n"),
            (1, vec!["warning[unknown-field]".into(), "error[misspelt-icon]".into()])
        );
        assert_eq!(set("rules: { unknown-field: off, misspelt-icon: off }"), (0, Vec::new()));
    }

    #[test]
    fn flags_override_the_configuration() {
        let set = |flags| found(MIXED, "rules: { unknown-field: off, misspelt-icon: error }", flags);
        assert_eq!(
            set("--deny unknown-field --warn misspelt-icon"),
            (1, vec!["error[unknown-field]".into(), "warning[misspelt-icon]".into()])
        );
        assert_eq!(set("--ignore misspelt-icon --ignore unknown-field"), (0, Vec::new()));
        assert_eq!(set("--warn misspelt-icon --warn unknown-field").0, 0);
    }

    #[test]
    fn warnings_fail_where_they_are_denied_and_stay_warnings() {
        let warning = MIXED.replace("colour: red\n", "");
        assert_eq!(found(&warning, "", "").0, 0);
        assert_eq!(found(&warning, "", "--deny-warnings"), (1, vec!["warning[misspelt-icon]".into()]));
        assert_eq!(found(&warning, "", "--deny-warnings --ignore misspelt-icon").0, 0);
    }

    #[test]
    fn unused_suppression_is_configured_like_other_rules() {
        let template = "message: x # kenarc: ignore[unknown-icon]\n";
        assert_eq!(found(template, "", ""), (0, vec!["warning[unused-suppression]".into()]));
        assert_eq!(found(template, "rules: { unused-suppression: error }", "").0, 1);
        assert_eq!(found(template, "", "--ignore unused-suppression"), (0, Vec::new()));
    }

    #[test]
    fn a_suppression_of_a_disabled_rule_counts_as_used() {
        let template = "message: x\ncolour: red # kenarc: ignore[unknown-field]\n";
        assert_eq!(found(template, "rules: { unknown-field: off }", ""), (0, Vec::new()));
    }

    #[test]
    fn yaml_syntax_cannot_be_disabled() {
        let (status, found) = found("message: \"\n", "rules: { yaml-syntax: off }", "--ignore yaml-syntax");
        assert_eq!((status, found), (1, vec!["error[yaml-syntax]".into()]));
    }
}

mod icons {
    use super::*;

    const CONFIG: &str = "icons: { extra: [SPACE_SHUTTLE, MOON_2] }\n";

    #[test]
    fn examples_are_rendered_with_the_icons_of_the_configuration() {
        let template = format!(
            "{}variables: {{ icon: {{}} }}\nexamples: {{ a: {{ icon: MOON_2 }} }}\n",
            NEW_ICON.replace("SPACE_SHUTTLE", "\"{{ icon }}\"")
        );
        assert_eq!(found(&template, CONFIG, ""), (0, Vec::new()));
        assert_eq!(found(&template, "", ""), (1, vec!["error[invalid-example]".into()]));
    }
}

mod place {
    use super::*;

    #[test]
    fn the_nearest_configuration_above_applies_and_its_paths_are_relative_to_it() {
        let folder = Folder::with("kenarc.yaml", "templates: [messages, more/of/them]\n")
            .and("messages/a.yaml", MIXED)
            .and("more/of/them/b.yaml", MIXED)
            .and("templates/c.yaml", MIXED)
            .and("deep/er/d.yaml", MIXED)
            .and("near/kenarc.yaml", "templates: [.]\nrules: { misspelt-icon: off }\n")
            .and("near/e.yaml", MIXED);
        let files = |path: &str, arguments: &str| {
            let run = below(&folder, path, &format!("check --format concise --quiet {arguments}"));
            let mut files: Vec<String> =
                run.stdout.lines().map(|line| line.split(':').next().unwrap().to_owned()).collect();
            files.dedup();
            (run.stdout.lines().count(), files)
        };
        assert_eq!(files("", ""), (4, vec!["messages/a.yaml".into(), "more/of/them/b.yaml".into()]));
        assert_eq!(files("deep/er", ""), (4, vec!["../../messages/a.yaml".into(), "../../more/of/them/b.yaml".into()]));
        assert_eq!(files("deep/er", "d.yaml"), (2, vec!["d.yaml".into()]));
        assert_eq!(files("near", ""), (1, vec!["./e.yaml".into()]));
    }
}

mod api {
    use super::*;

    fn host(config: &str, flags: &str) -> String {
        let folder = Folder::with("a.yaml", "message: x\n").and("kenarc.yaml", config);
        let run = folder.kenarc(words("send a.yaml --conversation c --dry-run").chain(words(flags)));
        let url = run.printed().strip_prefix("POST https://").unwrap();
        url[..url.find('/').unwrap()].to_owned()
    }

    #[test]
    fn the_flag_api_overrides_the_configuration() {
        assert_eq!(host("", ""), "api.divar.ir");
        assert_eq!(host("api: current", ""), "open-api.divar.ir");
        assert_eq!(host("api: current", "--api classic"), "api.divar.ir");
    }
}

mod errors {
    use super::*;

    fn check_with(config: impl AsRef<[u8]>) -> Run {
        let folder = Folder::with("templates/a.yaml", MIXED).and("kenarc.yaml", config);
        let run = check(&folder, "");
        assert!(run.status == 2 && run.stdout.is_empty(), "{run}");
        for command in ["render templates/a.yaml", "send templates/a.yaml --conversation c --dry-run"] {
            assert_eq!(folder.kenarc(words(command)), run, "{command}");
        }
        run
    }

    #[test]
    fn secrets_in_the_configuration_are_rejected_and_not_shown() {
        for key in ["api_key", "x-api-key", "access_token", "KENAR_API_KEY", "password"] {
            let run = check_with(format!("{key}: |\n  s3cr3t-ключ\n  s3cr3t\n{key}: s3cr3t\nrules: 7\n"));
            assert!(!run.stderr.contains("s3cr3t") && run.stderr.contains("duplicate-key"), "{run}");
            let run = check_with(format!("api: classic\n{key}: s3cr3t\napo: x\n"));
            assert!(!run.stderr.contains("s3cr3t") && run.stderr.contains("secret in `kenarc.yaml`"), "{run}");
        }
    }

    #[test]
    fn invalid_yaml_or_utf_8_is_reported_as_in_a_template() {
        assert!(check_with("rules: {").stderr.contains("[kenarc.yaml:1:8]"));
        assert!(check_with("rules: {}\nrules: {}\n").stderr.contains("duplicate key `rules`"));
        assert!(check_with(b"api: \xff\n").stderr.contains("not UTF-8"));
        let wide: Vec<u8> = "api_key: s3cr3t\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let run = check_with(wide);
        assert!(run.stderr.contains("this file is UTF-16") && !run.stderr.contains("s3cr3t"), "{run}");
        assert!(check_with(vec![b'#'; (1 << 20) + 1]).stderr.contains("larger than 1 MiB"));
        assert!(check_with("- a\n").stderr.contains("expected a mapping, found a list"));
    }

    #[test]
    fn an_empty_file_or_section_changes_nothing() {
        for config in ["", "# later\n", "rules:\nicons:\ntemplates: [templates]\n", "icons: { extra: }", "{}", "null"] {
            assert_eq!(found(MIXED, config, "").1.len(), 2, "{config}");
        }
    }
}
