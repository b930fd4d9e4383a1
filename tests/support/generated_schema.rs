//! A generated JSON Schema and its file in `docs/schemas`.

use serde_json::Value;
use std::path::Path;

/// Fails unless the file has the generated schema. With `CWFILTER_BLESS=1` in the environment, writes the file.
pub(crate) fn is_in_file(name: &str, generated: &schemars::Schema) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = [root.join("docs/schemas"), root.join("../docs/schemas")].into_iter().find(|it| it.is_dir());
    let path = folder.unwrap().join(name);
    if std::env::var_os("CWFILTER_BLESS").is_some() {
        let text = serde_json::to_string_pretty(generated).unwrap() + "\n";
        return std::fs::write(path, text).unwrap();
    }
    let file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let help = format!("docs/schemas/{name} is not what the types say: run the test with CWFILTER_BLESS=1");
    assert!(file == *generated.as_value(), "{help}");
}
