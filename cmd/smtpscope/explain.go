package main

import (
	"bufio"
	"strings"

	"github.com/spf13/cobra"

	"smtpscope/diagnosis"
	"smtpscope/report"
)

const explainHelp = `Explains a finding by its code, a word of a verdict (where and how a session
ended, what became of a mail) or of how sure a finding is, a server's reply such
as 421 4.4.2, or words from a gateway's log: a phrase such as "Receiving aborted
by sender", or a whole line pasted in quotes. Advice is the vendors' own, in
their order, with the source. Without an argument it lists the pages.`

const explainExamples = `  smtpscope explain
  smtpscope explain mid-data
  smtpscope explain Receiving aborted by sender
  smtpscope explain 421 4.4.2
  smtpscope explain 'ICID 10293 lost'
  smtpscope explain "lost connection after DATA (0 bytes) from mx[192.0.2.1]"`

func (p *program) explainCommand() *cobra.Command {
	return &cobra.Command{
		Use:               "explain [CODE | VERDICT | WORDS...]",
		Short:             "Explain a finding, a verdict, or words from a gateway's log",
		Long:              explainHelp,
		Example:           explainExamples,
		ValidArgsFunction: completeArticles,
		RunE: func(_ *cobra.Command, args []string) error {
			return p.explain(strings.TrimSpace(strings.Join(args, " ")))
		},
	}
}

func (p *program) explain(words string) error {
	style := report.Style{Width: p.width(), Color: p.colored("auto")}
	out := bufio.NewWriter(p.stdout)
	if words == "" {
		if err := report.WriteArticles(out, diagnosis.Articles(), style); err != nil {
			return err
		}
		return out.Flush()
	}
	found := diagnosis.FindArticles(words)
	if len(found) == 0 {
		return nothingAbout(words)
	}
	if err := report.WriteArticle(out, found[0], found[1:], style); err != nil {
		return err
	}
	return out.Flush()
}

// maxSuggestions is how many pages are named for words that have none.
const maxSuggestions = 4

// nothingAbout names the pages that may be meant.
func nothingAbout(words string) error {
	const shown = 60
	asked := words
	if r := []rune(words); len(r) > shown {
		asked = string(r[:shown]) + "…"
	}
	e := usage("nothing is known about %q", asked)
	var names, near []string
	for _, a := range diagnosis.Articles() {
		names = append(append(names, a.Key), a.Also...)
	}
	if name := closest(words, names); name != "" {
		near = append(near, name)
	}
	for _, a := range diagnosis.ArticlesAbout(words) {
		if len(near) < maxSuggestions && (len(near) == 0 || near[0] != a.Key) {
			near = append(near, a.Key)
		}
	}
	if len(near) > 0 {
		e.hint("did you mean %s?", anyOf(near))
	}
	return e.hint("smtpscope explain lists the pages")
}

// completeArticles offers the names of the pages with their titles.
func completeArticles(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	var list []string
	if len(args) == 0 {
		for _, a := range diagnosis.Articles() {
			if strings.HasPrefix(a.Key, strings.ToLower(typed)) {
				list = append(list, a.Key+"\t"+a.Title)
			}
		}
	}
	return list, cobra.ShellCompDirectiveNoFileComp
}
