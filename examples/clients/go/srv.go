// Finds instances by SRV, tries the next one when one fails, keeps the last answer while DNS is silent. Go 1.19 or later.
//
//	srv <name> <dns server> <dns port>                  the instances, in the order in which to try them
//	srv <name> <dns server> <dns port> <path> <count>   that many GETs, one after the other: how each ended, its milliseconds
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"
)

// Finder remembers what DNS said last of one name.
type Finder struct {
	Name     string
	Resolver *net.Resolver // net.DefaultResolver: the system's servers
	mu       sync.Mutex
	last     []string
	answered bool
	askAgain time.Time
}

// Endpoints gives address:port in the order in which to try them: LookupSRV has ordered by priority and weight. A name that
// does not exist is an empty list; while DNS does not answer it is the last one (not known is not none).
func (f *Finder) Endpoints(ctx context.Context) ([]string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.answered && time.Now().Before(f.askAgain) { // it was silent a moment ago: nobody waits for it again
		return f.last, nil
	}
	found, err := f.ask(ctx)
	if err == nil {
		f.last, f.answered = found, true
		return found, nil
	}
	if !f.answered {
		return nil, err
	}
	f.askAgain = time.Now().Add(5 * time.Second)
	return f.last, nil
}

func (f *Finder) ask(ctx context.Context) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	_, values, err := f.Resolver.LookupSRV(ctx, "", "", f.Name)
	var fault *net.DNSError
	if errors.As(err, &fault) && fault.IsNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	addresses := map[string]string{} // several instances share a host
	var found []string
	for _, value := range values {
		if addresses[value.Target] == "" {
			hosts, err := f.Resolver.LookupHost(ctx, value.Target)
			if err != nil {
				return nil, err
			}
			addresses[value.Target] = hosts[0]
		}
		found = append(found, net.JoinHostPort(addresses[value.Target], strconv.Itoa(int(value.Port))))
	}
	return found, nil
}

var client = http.Client{Timeout: 2 * time.Second}

// Get asks at most four instances, one after the other, until one answers; only for what may be repeated.
func (f *Finder) Get(path string) error {
	endpoints, err := f.Endpoints(context.Background())
	if err == nil {
		err = fmt.Errorf("%s has no instance now", f.Name)
	}
	for i, endpoint := range endpoints {
		if i == 4 {
			break
		}
		if err = get("http://" + endpoint + path); err == nil {
			return nil
		}
	}
	return err
}

func get(url string) error {
	response, err := client.Get(url)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	if response.StatusCode != http.StatusOK {
		return errors.New(response.Status)
	}
	return err
}

func main() {
	server := net.JoinHostPort(os.Args[2], os.Args[3])
	dial := func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, server)
	}
	f := &Finder{Name: os.Args[1], Resolver: &net.Resolver{PreferGo: true, Dial: dial}}
	if len(os.Args) == 4 {
		endpoints, err := f.Endpoints(context.Background())
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		for _, endpoint := range endpoints {
			fmt.Println(endpoint)
		}
		return
	}
	count, _ := strconv.Atoi(os.Args[5])
	for ; count > 0; count-- {
		begin, end := time.Now(), "ok"
		if err := f.Get(os.Args[4]); err != nil {
			end = "failed " + err.Error()
		}
		fmt.Println(time.Since(begin).Milliseconds(), end)
		time.Sleep(50 * time.Millisecond)
	}
}
