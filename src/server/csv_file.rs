//! Tables as CSV, which a spreadsheet may open without harm.

use crate::error::{AppError, ErrorCode};

/// What makes a spreadsheet take a text for a formula; see OWASP, "CSV Injection".
const FORMULA_STARTS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Writes a header and rows of as many cells; a text that a spreadsheet would calculate gets an apostrophe before it.
///
/// # Errors
/// If a row has another number of cells than the header.
pub fn write<const N: usize>(header: [&str; N], rows: impl Iterator<Item = [String; N]>) -> Result<String, AppError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let failed =
        |error: &dyn std::fmt::Display| AppError::new(ErrorCode::Internal, format!("The table failed: {error}"));
    writer.write_record(header).map_err(|error| failed(&error))?;
    for row in rows {
        writer.write_record(row.map(harmless)).map_err(|error| failed(&error))?;
    }
    let bytes = writer.into_inner().map_err(|error| failed(&error))?;
    String::from_utf8(bytes).map_err(|error| failed(&error))
}

fn harmless(cell: String) -> String {
    if cell.starts_with(FORMULA_STARTS) { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_never_calculated() {
        let rows = [["Plain".to_owned(), "=1+1".to_owned()], ["a,\"b\"\nc".to_owned(), "-".to_owned()]];
        let text = write(["title", "artists"], rows.into_iter()).unwrap();
        assert_eq!(text, "title,artists\nPlain,'=1+1\n\"a,\"\"b\"\"\nc\",'-\n");
    }
}
