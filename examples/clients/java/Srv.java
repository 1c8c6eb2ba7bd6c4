import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.DirContext;
import javax.naming.directory.InitialDirContext;

/**
 * Finds instances by SRV, tries the next one when one fails, keeps the last answer while DNS is silent. Java 17 or later.
 *
 * <pre>
 * java Srv.java name server port              the instances, in the order in which to try them
 * java Srv.java name server port path count   that many GETs, one after the other: how each ended, and its milliseconds
 * </pre>
 */
public class Srv {
  record Value(int priority, double rank, String target, int port) {}

  private final String name;
  private final DirContext dns;
  private List<String> last;
  private long askAgain;

  /** @param url dns://server:port; dns: for the system's servers */
  Srv(String name, String url) throws NamingException {
    this.name = name;
    var settings = new Hashtable<String, String>();
    settings.put("java.naming.factory.initial", "com.sun.jndi.dns.DnsContextFactory");
    settings.put("java.naming.provider.url", url);
    settings.put("com.sun.jndi.dns.timeout.initial", "500"); // ms, doubled with each try
    settings.put("com.sun.jndi.dns.timeout.retries", "2");
    this.dns = new InitialDirContext(settings);
  }

  /** address:port in the order in which to try them; empty where there is none, the last ones while DNS does not answer. */
  synchronized List<String> endpoints() throws NamingException {
    if (last != null && System.nanoTime() < askAgain) return last; // silent a moment ago: nobody waits for it again
    try {
      last = ask();
    } catch (NameNotFoundException none) {
      last = List.of();
    } catch (NamingException unknown) {
      if (last == null) throw unknown;
      askAgain = System.nanoTime() + 5_000_000_000L;
    }
    return last;
  }

  private List<String> ask() throws NamingException {
    var values = new ArrayList<Value>();
    for (String[] parts : answer(name, "SRV")) {
      // JNDI does not order: by priority, and within it at random in proportion to weight (RFC 2782).
      var weight = Math.max(Double.parseDouble(parts[1]), 0.001);
      var rank = -Math.log(1 - ThreadLocalRandom.current().nextDouble()) / weight;
      values.add(new Value(Integer.parseInt(parts[0]), rank, parts[3], Integer.parseInt(parts[2])));
    }
    values.sort(Comparator.comparingInt(Value::priority).thenComparingDouble(Value::rank));
    Map<String, String> addresses = new HashMap<>(); // several instances share a host
    var found = new ArrayList<String>();
    for (var value : values) {
      if (!addresses.containsKey(value.target)) addresses.put(value.target, answer(value.target, "A").get(0)[0]);
      found.add(addresses.get(value.target) + ":" + value.port);
    }
    return found;
  }

  private List<String[]> answer(String name, String type) throws NamingException {
    Attribute values = dns.getAttributes(name, new String[] {type}).get(type);
    var answer = new ArrayList<String[]>();
    for (int i = 0; values != null && i < values.size(); i++) answer.add(values.get(i).toString().split(" "));
    return answer;
  }

  /** Asks at most four instances, one after the other, until one answers; only for what may be repeated. */
  void get(String path) throws NamingException, IOException {
    IOException fault = new IOException(name + " has no instance now");
    for (String endpoint : endpoints().stream().limit(4).toList()) {
      try {
        var connection = (HttpURLConnection) URI.create("http://" + endpoint + path).toURL().openConnection();
        connection.setConnectTimeout(1_000);
        connection.setReadTimeout(2_000);
        try (var body = connection.getInputStream()) {
          body.readAllBytes();
          return;
        }
      } catch (IOException gone) {
        fault = gone;
      }
    }
    throw fault;
  }

  public static void main(String[] args) throws Exception {
    var srv = new Srv(args[0], "dns://" + args[1] + ":" + args[2]);
    if (args.length == 3) {
      srv.endpoints().forEach(System.out::println);
      return;
    }
    for (int left = Integer.parseInt(args[4]); left > 0; left--) {
      var begin = System.nanoTime();
      var end = "ok";
      try {
        srv.get(args[3]);
      } catch (NamingException | IOException fault) {
        end = "failed " + fault.getMessage();
      }
      System.out.println((System.nanoTime() - begin) / 1_000_000 + " " + end);
      Thread.sleep(50);
    }
  }
}
