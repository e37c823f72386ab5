//! The form as JSON text, and back: the third view of the editor.

use super::FilterForm;
use crate::domain::filter::json;

impl FilterForm {
    /// The filter as indented JSON, as far as the form can say it.
    pub fn to_json_text(&self) -> String {
        serde_json::to_string_pretty(&self.to_json()).unwrap_or_default()
    }

    /// Reads a filter from JSON.
    ///
    /// # Errors
    /// Everything that is wrong with it and where, in words.
    pub fn from_json_text(text: &str) -> Result<Self, Vec<String>> {
        let value = serde_json::from_str(text).map_err(|error| vec![format!("This is not JSON: {error}.")])?;
        json::parse(&value).map(|filter| Self::from_filter(&filter)).map_err(|faults| {
            let words = faults.into_iter().map(|fault| match fault.pointer.as_str() {
                "" => fault.detail,
                pointer => format!("{pointer}: {}", fault.detail),
            });
            words.collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_goes_there_and_back_and_faults_are_named() {
        let mut form = FilterForm::first();
        form.rows[0].values = vec!["Björk".into()];
        assert_eq!(FilterForm::from_json_text(&form.to_json_text()), Ok(form));
        let unknown = r#"{"schema_version": 1, "rules": [{"field": "tempo", "op": "eq", "value": 1}]}"#;
        let faults = FilterForm::from_json_text(unknown).unwrap_err();
        assert!(faults[0].starts_with("/rules/0/field: "), "{faults:?}");
        assert!(FilterForm::from_json_text("{").unwrap_err()[0].starts_with("This is not JSON"));
    }
}
