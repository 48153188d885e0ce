// Package writing holds the pages on which an appeal is begun and written with
// its demands, and the templates of the office that its texts are begun from.
package writing
