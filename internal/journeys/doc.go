// Package journeys walks the whole program in a real browser, as caseworkers do: the journeys that are measured in keys,
// clicks and seconds, real documents entered through the normal screens, every important page looked at by axe, and the
// pictures of docs/tour. There are only tests here, with the build tag "browser"; what a single page or handler should do
// is tested where it lives.
package journeys
