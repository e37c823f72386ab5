//! Where each page is: one table, so that a browser carries the code that matches paths once and not for each page.

use crate::ui::pages::lazy::{BasePage, EditorPage, FirstPage, OtherPage, PersonPage, RunPage, StoryPage};
use leptos::prelude::AnyView;
use leptos::tachys::view::iterators::StaticVec;
use leptos_router::{
    ChooseView, MatchNestedRoutes, NestedRoute, PartialPathMatch, PathSegment, PossibleRouteMatch, SsrMode,
};
use std::borrow::Cow;

/// Any page, by the file that its code comes in.
#[derive(Debug, Clone, Copy)]
pub enum Page {
    First(FirstPage),
    Editor(EditorPage),
    Base(BasePage),
    Run(RunPage),
    Story(StoryPage),
    Person(PersonPage),
    Other(OtherPage),
}

impl ChooseView for Page {
    async fn choose(self) -> AnyView {
        match self {
            Self::First(page) => page.choose().await,
            Self::Editor(page) => page.choose().await,
            Self::Base(page) => page.choose().await,
            Self::Run(page) => page.choose().await,
            Self::Story(page) => page.choose().await,
            Self::Person(page) => page.choose().await,
            Self::Other(page) => page.choose().await,
        }
    }

    async fn preload(&self) {
        match self {
            Self::First(page) => page.preload().await,
            Self::Editor(page) => page.preload().await,
            Self::Base(page) => page.preload().await,
            Self::Run(page) => page.preload().await,
            Self::Story(page) => page.preload().await,
            Self::Person(page) => page.preload().await,
            Self::Other(page) => page.preload().await,
        }
    }
}

/// The path of a page; a part that begins with a colon stands for any text and names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PagePath(&'static str);

/// The parts of a path without those that are empty.
fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty())
}

impl PossibleRouteMatch for PagePath {
    fn optional(&self) -> bool {
        false
    }

    fn test<'a>(&self, path: &'a str) -> Option<PartialPathMatch<'a>> {
        let mut params = Vec::new();
        let mut asked = parts(path);
        for part in parts(self.0) {
            let text = asked.next()?;
            match part.strip_prefix(':') {
                Some(name) => params.push((Cow::Borrowed(name), text.to_owned())),
                None if part == text => {}
                None => return None,
            }
        }
        asked.next().is_none().then(|| PartialPathMatch::new("", params, path))
    }

    fn generate_path(&self, path: &mut Vec<PathSegment>) {
        path.extend(parts(self.0).map(|part| match part.strip_prefix(':') {
            Some(name) => PathSegment::Param(name.to_owned().into()),
            None => PathSegment::Static(part.to_owned().into()),
        }));
    }
}

const PAGES: [(&str, Page); 28] = [
    ("/", Page::First(FirstPage::Home)),
    ("/base-playlists", Page::First(FirstPage::Home)),
    ("/setup", Page::Person(PersonPage::Setup)),
    ("/playlists", Page::Other(OtherPage::Playlists)),
    ("/base-playlists/:id", Page::Base(BasePage::BasePlaylist)),
    ("/base-playlists/:id/child-playlists/new", Page::Editor(EditorPage::New)),
    ("/base-playlists/:id/routing", Page::Base(BasePage::Routing)),
    ("/base-playlists/:id/plan", Page::Base(BasePage::Plan)),
    ("/base-playlists/:id/schedule", Page::Base(BasePage::Schedule)),
    ("/base-playlists/:id/songs", Page::Base(BasePage::Songs)),
    ("/base-playlists/:id/songs/:position", Page::Other(OtherPage::Song)),
    ("/base-playlists/:id/import", Page::Other(OtherPage::Import)),
    ("/base-playlists/:id/templates", Page::Other(OtherPage::Templates)),
    ("/docs/fields", Page::Other(OtherPage::Fields)),
    ("/child-playlists/:id", Page::Editor(EditorPage::Saved)),
    ("/child-playlists/:id/hands", Page::Story(StoryPage::Hands)),
    ("/history", Page::Run(RunPage::History)),
    ("/history/:id", Page::Run(RunPage::SyncEvent)),
    ("/history/:id/children/:child", Page::Story(StoryPage::Changes)),
    ("/history/:id/restore", Page::Story(StoryPage::Restore)),
    ("/sync-batches/:id", Page::Run(RunPage::Batch)),
    ("/insights", Page::Story(StoryPage::Insights)),
    ("/cache", Page::Story(StoryPage::Cache)),
    ("/tags", Page::Other(OtherPage::Tags)),
    ("/notifications", Page::Person(PersonPage::Notifications)),
    ("/access", Page::Person(PersonPage::Access)),
    ("/account", Page::Person(PersonPage::Account)),
    ("/privacy", Page::Person(PersonPage::Privacy)),
];

/// All pages. Async rendering: without scripts, each page arrives whole.
pub fn routes() -> impl MatchNestedRoutes + Clone + Send + 'static {
    let route = |(path, page): (&'static str, Page)| NestedRoute::new(PagePath(path), page).ssr_mode(SsrMode::Async);
    StaticVec::from(Vec::from(PAGES.map(route)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str) -> Vec<&'static str> {
        PAGES.iter().filter(|(page, _)| PagePath(page).test(path).is_some()).map(|(page, _)| *page).collect()
    }

    #[test]
    fn each_path_has_one_page() {
        assert_eq!(found("/"), ["/"]);
        assert_eq!(found(""), ["/"]);
        assert_eq!(found("/history/"), ["/history"]);
        assert_eq!(found("/history/1/restore"), ["/history/:id/restore"]);
        assert_eq!(found("/base-playlists/1/songs/2"), ["/base-playlists/:id/songs/:position"]);
        assert_eq!(found("/base-playlists/1/child-playlists/new"), ["/base-playlists/:id/child-playlists/new"]);
        assert!(found("/nothing").is_empty() && found("/history/1/restore/2").is_empty());
        for (path, _) in PAGES {
            assert_eq!(found(&path.replace(':', "x")), [path]);
        }
    }

    #[test]
    fn what_stands_for_any_text_is_named() {
        let found = PagePath("/history/:id/children/:child").test("/history/a%20b/children/c").unwrap();
        assert!(found.is_complete());
        let expected = [("id", "a%20b"), ("child", "c")].map(|(name, text)| (Cow::Borrowed(name), text.to_owned()));
        assert_eq!(found.params(), expected);
    }
}
