package gatewaylog
import ("testing";"os";"fmt";"path/filepath")
func TestDump(t *testing.T){
 fs,_:=filepath.Glob(os.Getenv("DUMP"))
 for _,p:=range fs { b,_:=os.ReadFile(p); cs,r:=readAll(t,Options{Year:2014},textSource(p,string(b)))
  fmt.Println("==",p)
  for _,c:=range cs { ns:=""; for _,l:=range c.Lines{ns+=fmt.Sprint(l.Number,",")}; if len(ns)>30{ns=ns[:30]}; fmt.Println(" ",ns,summary(c)) }
  for _,x:=range r.Reasons { for _,l:=range x.Examples { fmt.Println("   NOT",x.Words,l.Number,l.Text)}}
 }
}
